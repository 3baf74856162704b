import Glibc

/// A JSON value as it was written: member order and the text of numbers are kept.
///
/// Strings are Unicode text; numbers stay as their raw token so that no value ever passes through
/// binary floating point. See RFC 8259.
public enum JSONValue: Sendable, Hashable {
    /// The literal `null`.
    case null
    /// The literal `true` or `false`.
    case bool(Bool)
    /// A number, as its raw token.
    case number(JSONNumber)
    /// A string, unescaped.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; the members are in the order of the document.
    case object([JSONMember])

    /// The value of the member with exactly this name; nil without one, or outside an object.
    ///
    /// Names are compared byte by byte: canonical equivalence does not make two names one.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        for index in members.indices where sameBytes(members[index].name, name) {
            return members[index].value
        }
        return nil
    }

    /// The same for a name that the program spells out.
    public func member(_ name: StaticString) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return name.withUTF8Buffer { name in
            // By index: an iterator would copy each member on the way.
            for index in members.indices where sameBytes(members[index].name, name) {
                return members[index].value
            }
            return nil
        }
    }

    /// The text of a string, else nil.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The elements of an array, else nil.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members of an object in document order, else nil.
    public var object: [JSONMember]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The value of a `true` or `false`, else nil.
    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The number, else nil.
    public var number: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// Whether this is the literal `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

/// Whether two strings have the same UTF-8 bytes; `==` alone would accept canonical equivalents.
func sameBytes(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    var right = right
    return right.withUTF8 { sameBytes(left, $0) }
}

/// Whether a string has just these UTF-8 bytes.
private func sameBytes(_ text: String, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.utf8.count == bytes.count else { return false }
    guard let expected = bytes.baseAddress else { return true }
    var text = text
    return text.withUTF8 { $0.baseAddress.map { memcmp($0, expected, bytes.count) == 0 } ?? true }
}
