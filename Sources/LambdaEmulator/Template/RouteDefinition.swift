/// One route of an API.
public struct RouteDefinition: Sendable, Hashable {
    /// The shape of event and answer.
    public enum Format: Sendable, Hashable {
        /// HTTP API, payload format 2.0.
        case httpAPI
        /// HTTP API, payload format 1.0.
        case httpAPIVersion1
        /// REST API.
        case restAPI
    }

    /// How long an API of each kind waits at most.
    ///
    /// Sources: "Quotas for configuring and running a REST API"; "Quotas for HTTP APIs".
    static let restAPIMsMax = 29_000
    static let httpAPIMsMax = 30_000

    /// The function's name.
    public var function: String
    /// In capitals; `ANY` for every method.
    public var method: String
    /// Such as `/v1/events/{id}`, `/files/{proxy+}` or `$default`.
    public var path: String
    /// The shape of event and answer.
    public var format: Format
    /// The id of its API.
    public var api: String
    /// The authorizer that is asked first, by its name; nil lets every request through.
    public var authorizer: String?
    /// How long the API waits for the function: at most 30 s for an HTTP API, 29 s for a REST API.
    public var timeoutMs: Int
    /// True when the answer goes to the client while it is made (REST APIs).
    public var isStreamed: Bool

    /// Makes a route; without an API's id it is one of the API that SAM makes for such.
    public init(
        function: String, method: String, path: String, format: Format = .httpAPI,
        api: String? = nil, authorizer: String? = nil, timeoutMs: Int? = nil,
        isStreamed: Bool = false
    ) {
        self.function = function
        self.method = method
        self.path = path
        self.format = format
        self.api =
            api ?? (format == .restAPI ? APIDefinition.implicitREST : APIDefinition.implicitHTTP)
        self.authorizer = authorizer
        self.timeoutMs =
            timeoutMs ?? (format == .restAPI ? Self.restAPIMsMax : Self.httpAPIMsMax)
        self.isStreamed = isStreamed
    }

    /// The route's key as API Gateway names it: `GET /v1/events/{id}` or `$default`.
    var key: String { path == "$default" ? path : "\(method) \(path)" }
}

/// A URL of a function's own.
public struct FunctionURLDefinition: Sendable, Hashable {
    /// The function's name.
    public var function: String
    /// Who of other sites may call it.
    public var cors: CORSDefinition?
    /// True when the answer goes to the client while it is made (`RESPONSE_STREAM`).
    public var isStreamed: Bool

    /// Makes a URL.
    public init(function: String, cors: CORSDefinition? = nil, isStreamed: Bool = false) {
        self.function = function
        self.cors = cors
        self.isStreamed = isStreamed
    }
}
