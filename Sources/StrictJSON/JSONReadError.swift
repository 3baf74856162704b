/// Why a document was refused, and where; never what stood there.
public struct JSONReadError: Error, Sendable, Equatable {
    /// The kind of refusal.
    public enum Code: String, Sendable {
        /// The document is longer than the limit.
        case tooLarge
        /// Arrays and objects are nested deeper than the limit.
        case tooDeep
        /// The bytes do not follow the grammar of RFC 8259.
        case invalidSyntax
        /// A string is not UTF-8, or escapes a lone surrogate.
        case invalidUTF8
        /// A number breaks the grammar or is longer than the limit.
        case invalidNumber
        /// An object has two members of the same name.
        case duplicateName
        /// Something other than white space follows the value.
        case trailingData
        /// The document holds no value.
        case empty
    }

    /// The kind of refusal.
    public let code: Code
    /// The place as an RFC 6901 JSON Pointer; it ends early at a name longer than 64 bytes.
    public let pointer: String
    /// The place as a byte offset into the document.
    public let offset: Int

    /// Makes an error.
    public init(code: Code, pointer: String, offset: Int) {
        self.code = code
        self.pointer = pointer
        self.offset = offset
    }

    /// The same error, seen from the array that holds its element `index`.
    func inside(index: Int) -> JSONReadError {
        JSONReadError(code: code, pointer: "/\(index)\(pointer)", offset: offset)
    }

    /// The same error, seen from the object that holds its member `name`.
    func inside(name: String) -> JSONReadError {
        guard name.utf8.count <= 64 else {
            return JSONReadError(code: code, pointer: "", offset: offset)
        }
        let pointer = "/\(JSONPointer.escape(name))\(pointer)"
        return JSONReadError(code: code, pointer: pointer, offset: offset)
    }
}

extension JSONReadError: CustomStringConvertible {
    /// The code and the place, for logs.
    public var description: String {
        "JSON document refused: \(code.rawValue) at byte \(offset)"
    }
}
