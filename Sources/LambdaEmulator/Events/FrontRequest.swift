internal import HTTPServer
import TextEncoding

/// A request of the HTTP front with what API Gateway adds to it.
struct FrontRequest: Sendable {
    let request: HTTPServerRequest
    let match: RouteTable.Match
    let requestID: String
    let traceID: String
    let timeMs: Int64
    let accountID: String

    /// All fields, names lower-cased, in the order of their first appearance, with the fields
    /// that API Gateway adds at the end.
    func fields() -> [(name: String, values: [String])] {
        var fields: [(name: String, values: [String])] = []
        fields.reserveCapacity(request.fields.count + 4)
        func append(_ name: String, _ value: String) {
            if let index = fields.firstIndex(where: { $0.name == name }) {
                fields[index].values.append(value)
            } else {
                fields.append((name, [value]))
            }
        }
        for field in request.fields { append(field.name.lowercased(), field.value) }
        func replace(_ name: String, _ value: String) {
            fields.removeAll { $0.name == name }
            fields.append((name, [value]))
        }
        let forwarded = request.field("X-Forwarded-For").map { $0 + ", " } ?? ""
        replace("x-amzn-trace-id", traceID)
        replace("x-forwarded-for", forwarded + request.remoteAddress)
        replace("x-forwarded-port", String(request.localPort))
        replace("x-forwarded-proto", "http")
        return fields
    }

    /// The body as text when it is text; base64 of a binary type or of what is not UTF-8.
    func body() -> (text: String, isBase64: Bool)? {
        guard !request.body.isEmpty else { return nil }
        if !Self.isBinary(request.field("Content-Type")),
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

    private static func isBinary(_ contentType: String?) -> Bool {
        guard let type = contentType?.prefix(while: { $0 != ";" }).lowercased() else {
            return false
        }
        let families = ["image/", "audio/", "video/", "font/"]
        let types: Set = [
            "application/octet-stream", "application/zip", "application/gzip", "application/pdf",
            "application/protobuf", "application/x-protobuf", "application/msgpack",
            "application/wasm", "application/x-tar",
        ]
        return families.contains { type.hasPrefix($0) } || types.contains(type)
    }
}
