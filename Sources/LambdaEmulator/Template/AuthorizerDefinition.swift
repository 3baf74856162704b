/// A function that an API asks whether a request is allowed.
public struct AuthorizerDefinition: Sendable, Hashable {
    /// What the function is sent, and what it may answer.
    public enum Format: Sendable, Hashable {
        /// A REST API's `TOKEN` authorizer: one header field's value.
        case token
        /// A `REQUEST` authorizer of a REST API, or of an HTTP API with payload format 1.0.
        case request
        /// An HTTP API's authorizer with payload format 2.0.
        case request2
    }

    /// Where in a request a part of the caller's identity is.
    public enum IdentitySource: Sendable, Hashable {
        /// A header field, by its name.
        case header(String)
        /// A query parameter, by its name.
        case query(String)
        /// A variable of the stage.
        case stageVariable(String)
        /// A variable of the request's context, such as `routeKey` or `identity.sourceIp`.
        case context(String)
    }

    /// The name that routes use.
    public var name: String
    /// The function's name.
    public var function: String
    /// What the function is sent.
    public var format: Format
    /// True when the function answers `isAuthorized` instead of a policy.
    public var hasSimpleAnswers: Bool
    /// What a request must have, and what tells its callers apart.
    public var identitySources: [IdentitySource]
    /// A regular expression that a token must match as a whole.
    public var validationExpression: String?
    /// For how long an answer is kept; 0 asks for every request.
    public var cacheSeconds: Int

    /// Makes an authorizer.
    public init(
        name: String, function: String, format: Format, hasSimpleAnswers: Bool = false,
        identitySources: [IdentitySource] = [], validationExpression: String? = nil,
        cacheSeconds: Int = 0
    ) {
        self.name = name
        self.function = function
        self.format = format
        self.hasSimpleAnswers = hasSimpleAnswers
        self.identitySources = identitySources
        self.validationExpression = validationExpression
        self.cacheSeconds = cacheSeconds
    }
}
