internal import HTTPServer

/// Cross-origin resource sharing as a gateway does it.
///
/// Sources: "Configuring CORS for an HTTP API"; "Enable CORS for a REST API resource";
/// "Cross-origin resource sharing (CORS)" of function URLs.
struct CORSPolicy: Sendable {
    private let definition: CORSDefinition

    init?(_ definition: CORSDefinition?) {
        guard let definition else { return nil }
        self.definition = definition
    }

    /// Whether a browser asks if it may send another request.
    static func isPreflight(_ request: HTTPServerRequest) -> Bool {
        request.method == "OPTIONS" && request.field("Origin") != nil
            && request.field("Access-Control-Request-Method") != nil
    }

    /// The answer to a preflight request of an HTTP API or a function URL: without permission for
    /// an origin that is not allowed.
    func preflight(_ request: HTTPServerRequest, status: Int) -> HTTPServerAnswer {
        var answer = HTTPServerAnswer(status: status)
        guard let origin = allowedOrigin(of: request) else { return answer }
        answer.fields = [("access-control-allow-origin", origin)]
        add("access-control-allow-methods", definition.allowMethods, to: &answer.fields)
        add("access-control-allow-headers", definition.allowHeaders, to: &answer.fields)
        add("access-control-expose-headers", definition.exposeHeaders, to: &answer.fields)
        if let seconds = definition.maxAgeSeconds {
            answer.fields.append(("access-control-max-age", String(seconds)))
        }
        if definition.allowsCredentials {
            answer.fields.append(("access-control-allow-credentials", "true"))
        }
        return answer
    }

    /// Puts the gateway's fields in the place of the function's.
    func apply(to answer: inout HTTPServerAnswer, of request: HTTPServerRequest) {
        answer.fields.removeAll { $0.0.lowercased().hasPrefix("access-control-") }
        guard let origin = allowedOrigin(of: request) else { return }
        answer.fields.append(("access-control-allow-origin", origin))
        add("access-control-expose-headers", definition.exposeHeaders, to: &answer.fields)
        if definition.allowsCredentials {
            answer.fields.append(("access-control-allow-credentials", "true"))
        }
    }

    /// The answer of the `OPTIONS` method that SAM gives each path of a REST API: the same to
    /// everybody; the function itself has to say the rest.
    ///
    /// - Parameter methods: Those of the path, for a definition that names none.
    func mock(methods: [String]) -> HTTPServerAnswer {
        var answer = HTTPServerAnswer(
            status: 200, fields: [("content-type", "application/json")], body: Array("{}\n".utf8))
        add("Access-Control-Allow-Origin", definition.allowOrigins, to: &answer.fields)
        let named = definition.allowMethods
        add("Access-Control-Allow-Methods", named.isEmpty ? methods : named, to: &answer.fields)
        add("Access-Control-Allow-Headers", definition.allowHeaders, to: &answer.fields)
        if let seconds = definition.maxAgeSeconds {
            answer.fields.append(("Access-Control-Max-Age", String(seconds)))
        }
        if definition.allowsCredentials {
            answer.fields.append(("Access-Control-Allow-Credentials", "true"))
        }
        return answer
    }

    private func add(_ name: String, _ values: [String], to fields: inout [(String, String)]) {
        if !values.isEmpty { fields.append((name, values.joined(separator: ","))) }
    }

    /// What `Access-Control-Allow-Origin` is to say; nil when the origin is not allowed.
    private func allowedOrigin(of request: HTTPServerRequest) -> String? {
        guard let origin = request.field("Origin") else { return nil }
        for pattern in definition.allowOrigins {
            if pattern == "*" { return definition.allowsCredentials ? origin : "*" }
            if pattern.lowercased() == origin.lowercased() { return origin }
            // `https://*`: every origin with that scheme.
            if pattern.hasSuffix("://*"), origin.hasPrefix(pattern.dropLast()) { return origin }
        }
        return nil
    }
}
