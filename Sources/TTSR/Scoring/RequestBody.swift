package import Scorecard
import StrictJSON

/// Reads the JSON body of a request strictly.
enum RequestBody {
    /// Parses a body.
    ///
    /// - Parameter body: as received, at most ``ScoreRequest/bytesMax`` bytes and eight levels
    ///   deep.
    static func parse(_ body: [UInt8]) throws(RequestError) -> JSONValue {
        do throws(JSONReadError) {
            return try StrictJSON.parse(
                body, limits: JSONLimits(bytesMax: ScoreRequest.bytesMax, depthMax: 8))
        } catch {
            let pointer = place(error.pointer)
            switch error.code {
            case .tooLarge: throw .tooLarge
            case .duplicateName: throw .malformed(FieldError(pointer: pointer, code: "duplicate"))
            case .tooDeep: throw .malformed(FieldError(pointer: pointer, code: "too_deep"))
            case .invalidNumber:
                throw .malformed(FieldError(pointer: pointer, code: "number_invalid"))
            case .invalidUTF8: throw .malformed(FieldError(pointer: pointer, code: "utf8_invalid"))
            case .empty, .invalidSyntax, .trailingData:
                throw .malformed(FieldError(pointer: pointer, code: "syntax"))
            }
        }
    }

    /// An error for each member that a request does not have.
    static func unknown(_ members: [JSONMember], known: [String]) -> [FieldError] {
        members.filter { !known.contains($0.name) }.map {
            FieldError(
                pointer: isName($0.name.utf8) ? "/\($0.name)" : "", code: "field_unknown")
        }
    }

    /// A pointer up to the first name that is more than a name: what is not of the form that
    /// our own names have may be personal data, and is not repeated.
    private static func place(_ pointer: String) -> String {
        pointer.utf8.split(separator: 0x2f).prefix { isName($0) }
            .map { "/" + String(Substring($0)) }.joined()
    }

    private static func isName(_ text: some Collection<UInt8>) -> Bool {
        (1...32).contains(text.count)
            && text.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x61...0x7a, 0x5f: true
                default: false
                }
            }
    }
}

/// Why a request's body is refused.
package enum RequestError: Error, Sendable, Hashable {
    /// Not JSON as RFC 8259 has it, or JSON that says a thing twice or nests too deep.
    case malformed(FieldError)
    /// More bytes than are read.
    case tooLarge
    /// JSON, but not a valid request.
    case invalid([FieldError])
}
