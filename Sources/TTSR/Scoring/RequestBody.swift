package import Scorecard
import StrictJSON

/// Reads the JSON body of a request strictly.
enum RequestBody {
    /// Parses a body.
    ///
    /// - Parameters:
    ///   - body: as received, at most ``ScoreRequest/bytesMax`` bytes and eight levels deep.
    ///   - knownPlaces: pointers that errors may name: any other holds names the caller chose.
    static func parse(
        _ body: [UInt8], knownPlaces: [String]
    ) throws(RequestError) -> JSONValue {
        do throws(JSONReadError) {
            return try StrictJSON.parse(
                body, limits: JSONLimits(bytesMax: ScoreRequest.bytesMax, depthMax: 8))
        } catch {
            let pointer =
                knownPlaces.first { error.pointer == $0 || error.pointer.hasPrefix($0 + "/") } ?? ""
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
