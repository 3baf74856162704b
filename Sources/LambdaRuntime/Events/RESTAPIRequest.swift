public import StrictJSON

/// An HTTP request as API Gateway REST APIs hand it over (payload format 1.0).
///
/// Source: API Gateway developer guide, "Input format of a Lambda function for proxy integration".
public struct RESTAPIRequest: LambdaEvent, Sendable, Hashable {
    /// What the gateway knows of the request.
    public struct Context: Sendable, Hashable {
        /// The gateway's id of the request.
        public var requestID: String
        /// The stage.
        public var stage: String
        /// The client's address.
        public var sourceIP: String
        /// The client's `User-Agent`.
        public var userAgent: String
        /// When the request came, Unix time in milliseconds.
        public var requestTimeEpoch: Int64
        /// The host name that was called.
        public var domainName: String
        /// The owner's account.
        public var accountID: String
        /// The gateway's id.
        public var apiID: String
        /// What an authorizer found out, as it wrote it.
        public var authorizer: JSONValue?

        /// Makes one.
        public init(
            requestID: String = "", stage: String = "", sourceIP: String = "127.0.0.1",
            userAgent: String = "", requestTimeEpoch: Int64 = 0, domainName: String = "",
            accountID: String = "", apiID: String = "", authorizer: JSONValue? = nil
        ) {
            self.requestID = requestID
            self.stage = stage
            self.sourceIP = sourceIP
            self.userAgent = userAgent
            self.requestTimeEpoch = requestTimeEpoch
            self.domainName = domainName
            self.accountID = accountID
            self.apiID = apiID
            self.authorizer = authorizer
        }
    }

    /// The resource that matched, such as `/v1/events/{id}`.
    public var resource: String
    /// The path that was called.
    public var path: String
    /// The method.
    public var httpMethod: String
    /// Names in lower case; of several values the last.
    public var headers: [String: String]
    /// All values, names as sent.
    public var multiValueHeaders: [String: [String]]
    /// Decoded; of several values the last.
    public var queryStringParameters: [String: String]
    /// Decoded, all values.
    public var multiValueQueryStringParameters: [String: [String]]
    /// The parts of the path that the resource names.
    public var pathParameters: [String: String]
    /// The stage's variables.
    public var stageVariables: [String: String]
    /// What the gateway knows of the request.
    public var requestContext: Context
    /// Text, or base64 of bytes; see ``bodyBytes()``.
    public var body: String?
    /// Whether ``body`` is base64.
    public var isBase64Encoded: Bool

    /// Reads an event of version 1.0; unknown members are passed over.
    ///
    /// - Throws: ``LambdaEventError``.
    public init(lambdaPayload: [UInt8]) throws {
        let event = try JSONValue(lambdaPayload: lambdaPayload)
        guard let context = event.member("requestContext") else {
            throw LambdaEventError(member: "requestContext")
        }
        resource = try event.requiredText("resource")
        path = try event.requiredText("path")
        httpMethod = try event.requiredText("httpMethod")
        headers = try event.textMap("headers", lowercaseNames: true)
        multiValueHeaders = try event.textListMap("multiValueHeaders")
        queryStringParameters = try event.textMap("queryStringParameters")
        multiValueQueryStringParameters =
            try event.textListMap("multiValueQueryStringParameters")
        pathParameters = try event.textMap("pathParameters")
        stageVariables = try event.textMap("stageVariables")
        requestContext = try Context(context)
        body = try event.text("body")
        isBase64Encoded = try event.flag("isBase64Encoded")
    }

    /// The body's bytes; none without a body.
    ///
    /// - Throws: ``LambdaEventError`` when the body should be base64 and is not.
    public func bodyBytes() throws -> [UInt8] {
        try EventBody.bytes(body, isBase64Encoded: isBase64Encoded)
    }
}

extension RESTAPIRequest.Context {
    init(_ context: JSONValue) throws(LambdaEventError) {
        let identity = context["identity"] ?? [:]
        self.init(
            requestID: try context.text("requestId") ?? "",
            stage: try context.text("stage") ?? "",
            sourceIP: try identity.text("sourceIp") ?? "",
            userAgent: try identity.text("userAgent") ?? "",
            requestTimeEpoch: try context.integer("requestTimeEpoch") ?? 0,
            domainName: try context.text("domainName") ?? "",
            accountID: try context.text("accountId") ?? "",
            apiID: try context.text("apiId") ?? "", authorizer: context.member("authorizer"))
    }
}
