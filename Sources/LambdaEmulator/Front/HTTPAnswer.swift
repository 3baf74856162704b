internal import StrictJSON
import TextEncoding

/// The HTTP answer that a function's answer means.
struct HTTPAnswer {
    var status: Int
    var fields: [(String, String)]
    var body: [UInt8]

    /// A function's answer that is none: what is wrong, in words for its developer.
    struct Problem: Error, Equatable {
        let explanation: String
    }

    private static let answerLimits = JSONLimits(bytesMax: 6_291_556, depthMax: 512)
    /// The server's own business, whatever a function says.
    private static let reservedFields: Set = [
        "connection", "content-length", "date", "keep-alive", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// Reads the bytes once.
    ///
    /// An HTTP API takes any JSON without `statusCode` as the body of a 200; a REST API does not.
    init(payload: [UInt8], format: RouteDefinition.Format) throws(Problem) {
        let value: JSONValue
        do {
            value = try StrictJSON.parse(payload, limits: Self.answerLimits)
        } catch {
            throw Problem(
                explanation: "the function's answer is not JSON: "
                    + "\(error.code.rawValue) at byte \(error.offset)")
        }
        guard let given = value["statusCode"], !given.isNull else {
            guard format == .httpAPI else {
                throw Problem(explanation: "a REST API needs statusCode in the function's answer")
            }
            self.init(
                status: 200, fields: [("content-type", "application/json")],
                body: value.string.map { Array($0.utf8) } ?? payload)
            return
        }
        guard let status = Self.integer(given), (100...599).contains(status) else {
            throw Problem(explanation: "statusCode is not a number from 100 to 599")
        }
        self.init(
            status: status, fields: try Self.fields(of: value, format: format),
            body: try Self.body(of: value))
    }

    init(status: Int, fields: [(String, String)], body: [UInt8]) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    private static func fields(
        of value: JSONValue, format: RouteDefinition.Format
    ) throws(Problem) -> [(String, String)] {
        var fields: [(String, String)] = []
        for member in value["headers"]?.object ?? [] {
            guard let text = text(of: member.value) else {
                throw Problem(explanation: "a value in headers is not a string")
            }
            append((member.name, text), to: &fields)
        }
        for member in value["multiValueHeaders"]?.object ?? [] {
            for item in member.value.array ?? [] {
                guard let text = text(of: item) else {
                    throw Problem(explanation: "a value in multiValueHeaders is not a string")
                }
                append((member.name, text), to: &fields)
            }
        }
        for cookie in value["cookies"]?.array ?? [] {
            guard let text = cookie.string else {
                throw Problem(explanation: "a value in cookies is not a string")
            }
            fields.append(("set-cookie", text))
        }
        if !fields.contains(where: { $0.0.lowercased() == "content-type" }) {
            let type = format == .httpAPI ? "text/plain;charset=UTF-8" : "application/json"
            fields.append(("content-type", type))
        }
        return fields
    }

    private static func append(_ field: (String, String), to fields: inout [(String, String)]) {
        if !reservedFields.contains(field.0.lowercased()) { fields.append(field) }
    }

    private static func body(of value: JSONValue) throws(Problem) -> [UInt8] {
        guard let body = value["body"], !body.isNull else { return [] }
        guard let text = body.string else {
            throw Problem(explanation: "body is not a string: serialize it in the function")
        }
        guard value["isBase64Encoded"]?.bool == true else { return Array(text.utf8) }
        // AWS takes base64 without its padding, too.
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let bytes = Base64.decode(text + padding) else {
            throw Problem(explanation: "isBase64Encoded is true, but body is not base64")
        }
        return bytes
    }

    /// AWS takes a status code as a number or as its digits.
    private static func integer(_ value: JSONValue) -> Int? {
        value.number?.integer.flatMap { Int(exactly: $0) } ?? value.string.flatMap { Int($0) }
    }

    private static func text(of value: JSONValue) -> String? {
        value.string ?? value.number?.text ?? value.bool.map { $0 ? "true" : "false" }
    }
}
