internal import HTTPServer
import TextEncoding

/// A request of the HTTP front with what API Gateway adds to it.
struct FrontRequest: Sendable {
    let request: HTTPServerRequest
    let context: FrontContext
    /// The path's parameters, as the event has them.
    let parameters: [(name: String, value: String)]
    let requestID: String
    let traceID: String
    let timeMs: Int64

    private static let hopFields: Set = [
        "connection", "expect", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// All fields in the order of their first appearance, and at the end those that the gateway
    /// adds.
    ///
    /// - Parameter areLowercased: Whether names are lower-cased, as HTTP APIs have them; otherwise
    ///   they are as sent.
    func fields(areLowercased: Bool) -> [(name: String, values: [String])] {
        var fields: [(key: String, name: String, values: [String])] = []
        fields.reserveCapacity(request.fields.count + 5)
        for field in request.fields {
            let key = field.name.lowercased()
            if let index = fields.firstIndex(where: { $0.key == key }) {
                fields[index].values.append(field.value)
            } else if !Self.hopFields.contains(key) {
                fields.append((key, areLowercased ? key : field.name, [field.value]))
            }
        }
        func replace(_ name: String, _ value: String) {
            let key = name.lowercased()
            fields.removeAll { $0.key == key }
            fields.append((key, areLowercased ? key : name, [value]))
        }
        let forwarded = request.field("X-Forwarded-For").map { $0 + ", " } ?? ""
        replace("X-Amzn-Trace-Id", rootOfTrace)
        replace("X-Forwarded-For", forwarded + request.remoteAddress)
        replace("X-Forwarded-Port", String(request.localPort))
        replace("X-Forwarded-Proto", "http")
        return fields.map { ($0.name, $0.values) }
    }

    /// The part of the trace's id that a client's field would have, too.
    private var rootOfTrace: String {
        request.field("X-Amzn-Trace-Id") ?? String(traceID.prefix { $0 != ";" })
    }

    /// The body as text, or base64 of it.
    func body() -> (text: String, isBase64: Bool)? {
        guard !request.body.isEmpty else { return nil }
        let type = request.field("Content-Type")
        if let binaryTypes = context.binaryTypes {
            guard binaryTypes.contain(type) else {
                return (String(decoding: request.body, as: UTF8.self), false)
            }
        } else if Self.isText(type),
            let text = String(validating: request.body, as: UTF8.self)
        {
            return (text, false)
        }
        return (Base64.encode(request.body), true)
    }

    /// The host the client named, without its port.
    var domainName: String {
        let host = request.field("Host") ?? "localhost"
        guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return host }
        return String(host[..<colon])
    }

    /// What HTTP APIs and function URLs take as text; a form's fields are not.
    private static func isText(_ contentType: String?) -> Bool {
        guard let type = contentType?.prefix(while: { $0 != ";" }).lowercased() else {
            return true
        }
        return ["text", "json", "xml", "javascript"].contains { type.contains($0) }
    }
}
