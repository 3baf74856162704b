import StrictJSON

/// The HTTP request that an API's event was made of.
struct EventRequest {
    let method: String
    /// Path and query.
    let target: String
    let fields: [(name: String, value: String)]
    let body: String?
    let isBase64: Bool

    /// Nil when it is no such event.
    init?(_ event: JSONValue) {
        let context = event["requestContext"]
        if let http = context?["http"], let path = event["rawPath"]?.string {
            method = http["method"]?.string ?? "GET"
            let path = Self.sent(path, stage: context?["stage"]?.string)
            let query = event["rawQueryString"]?.string ?? ""
            target = query.isEmpty ? path : "\(path)?\(query)"
            let cookies = event["cookies"]?.array?.compactMap(\.string) ?? []
            fields =
                Self.pairs(event["headers"])
                + (cookies.isEmpty ? [] : [("cookie", cookies.joined(separator: "; "))])
        } else if let method = event["httpMethod"]?.string, let path = event["path"]?.string {
            self.method = method
            let query = Self.pairs(event["multiValueQueryStringParameters"]).map {
                "\(URLText.query($0.name))=\(URLText.query($0.value))"
            }
            target = query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
            fields = Self.pairs(event["multiValueHeaders"])
        } else {
            return nil
        }
        body = event["body"]?.string
        isBase64 = event["isBase64Encoded"]?.bool ?? false
    }

    /// The path without its stage, and with what an HTTP API has decoded in it encoded again.
    private static func sent(_ path: String, stage: String?) -> String {
        let prefix = "/\(stage ?? "")/"
        let own = path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count - 1)) : path
        return URLText.path(own)
    }

    /// A pair for each value.
    private static func pairs(_ object: JSONValue?) -> [(name: String, value: String)] {
        (object?.object ?? []).flatMap { member in
            (member.value.array ?? [member.value]).compactMap { value in
                value.string.map { (member.name, $0) }
            }
        }
    }
}
