public import StrictJSON

/// An HTTP request as API Gateway HTTP APIs and function URLs hand it over (payload format 2.0).
///
/// Source: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs".
public struct HTTPAPIRequest: LambdaEvent, Sendable, Hashable {
    /// What the gateway knows of the request.
    public struct Context: Sendable, Hashable {
        /// The request line and the client.
        public struct HTTP: Sendable, Hashable {
            /// The method, such as `POST`.
            public var method: String
            /// The path, with the stage.
            public var path: String
            /// `HTTP/1.1`.
            public var `protocol`: String
            /// The client's address.
            public var sourceIP: String
            /// The client's `User-Agent`.
            public var userAgent: String

            /// Makes one.
            public init(
                method: String = "GET", path: String = "/", protocol: String = "HTTP/1.1",
                sourceIP: String = "127.0.0.1", userAgent: String = ""
            ) {
                self.method = method
                self.path = path
                self.protocol = `protocol`
                self.sourceIP = sourceIP
                self.userAgent = userAgent
            }
        }

        /// The request line and the client.
        public var http: HTTP
        /// The gateway's id of the request.
        public var requestID: String
        /// The stage, `$default` for most.
        public var stage: String
        /// When the request came, Unix time in milliseconds.
        public var timeEpoch: Int64
        /// The host name that was called.
        public var domainName: String
        /// The owner's account, or `anonymous`.
        public var accountID: String
        /// The gateway's id.
        public var apiID: String
        /// What an authorizer found out, as it wrote it.
        public var authorizer: JSONValue?

        /// Makes one.
        public init(
            http: HTTP = HTTP(), requestID: String = "", stage: String = "$default",
            timeEpoch: Int64 = 0, domainName: String = "", accountID: String = "",
            apiID: String = "", authorizer: JSONValue? = nil
        ) {
            self.http = http
            self.requestID = requestID
            self.stage = stage
            self.timeEpoch = timeEpoch
            self.domainName = domainName
            self.accountID = accountID
            self.apiID = apiID
            self.authorizer = authorizer
        }
    }

    /// `2.0`.
    public var version: String
    /// The route that matched, such as `POST /v1/score`, or `$default`.
    public var routeKey: String
    /// The path as sent.
    public var rawPath: String
    /// The query as sent, without `?`.
    public var rawQueryString: String
    /// One `name=value` each.
    public var cookies: [String]
    /// Names in lower case; values of one name joined with commas.
    public var headers: [String: String]
    /// Decoded; values of one name joined with commas.
    public var queryStringParameters: [String: String]
    /// The parts of the path that the route names.
    public var pathParameters: [String: String]
    /// What the gateway knows of the request.
    public var requestContext: Context
    /// Text, or base64 of bytes; see ``bodyBytes()``.
    public var body: String?
    /// Whether ``body`` is base64.
    public var isBase64Encoded: Bool

    /// Makes a request, for tests and for other sources of events.
    public init(
        version: String = "2.0", routeKey: String = "$default", rawPath: String = "/",
        rawQueryString: String = "", cookies: [String] = [], headers: [String: String] = [:],
        queryStringParameters: [String: String] = [:], pathParameters: [String: String] = [:],
        requestContext: Context = Context(), body: String? = nil, isBase64Encoded: Bool = false
    ) {
        self.version = version
        self.routeKey = routeKey
        self.rawPath = rawPath
        self.rawQueryString = rawQueryString
        self.cookies = cookies
        self.headers = headers
        self.queryStringParameters = queryStringParameters
        self.pathParameters = pathParameters
        self.requestContext = requestContext
        self.body = body
        self.isBase64Encoded = isBase64Encoded
    }

    /// The body's bytes; none without a body.
    ///
    /// - Throws: ``LambdaEventError`` when the body should be base64 and is not.
    public func bodyBytes() throws -> [UInt8] {
        try EventBody.bytes(body, isBase64Encoded: isBase64Encoded)
    }
}
