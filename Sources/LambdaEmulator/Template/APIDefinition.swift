/// One API of a template.
public struct APIDefinition: Sendable, Hashable {
    /// What kind of API.
    public enum Kind: Sendable, Hashable {
        /// `AWS::Serverless::HttpApi`.
        case http
        /// `AWS::Serverless::Api`.
        case rest
    }

    /// The name of the HTTP API that SAM makes for events that name none.
    public static let implicitHTTP = "ServerlessHttpApi"
    /// The name of the REST API that SAM makes for events that name none.
    public static let implicitREST = "ServerlessRestApi"

    /// The resource's name in the template; `apiId` in events.
    public var id: String
    /// What kind of API.
    public var kind: Kind
    /// The stage: `$default`, which is in no path, or a name.
    public var stage: String
    /// `stageVariables` in events.
    public var stageVariables: [String: String]
    /// Who of other sites may call it; nil for an API that says nothing of it.
    public var cors: CORSDefinition?
    /// Of a REST API: the types of bodies that are bytes, such as `image/png`, `image/*`, `*/*`.
    public var binaryMediaTypes: [String]
    /// The Lambda authorizers that its routes may name.
    public var authorizers: [AuthorizerDefinition]
    /// Of a REST API with CORS: the authorizer of the `OPTIONS` methods that SAM makes.
    public var preflightAuthorizer: String?

    /// Makes an API; the stage is `$default` for an HTTP API and `Prod` for a REST API.
    public init(
        id: String, kind: Kind, stage: String? = nil, stageVariables: [String: String] = [:],
        cors: CORSDefinition? = nil, binaryMediaTypes: [String] = [],
        authorizers: [AuthorizerDefinition] = [], preflightAuthorizer: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.stage = stage ?? (kind == .http ? "$default" : "Prod")
        self.stageVariables = stageVariables
        self.cors = cors
        self.binaryMediaTypes = binaryMediaTypes
        self.authorizers = authorizers
        self.preflightAuthorizer = preflightAuthorizer
    }
}

/// Who of other sites may call an API from a browser (cross-origin resource sharing).
///
/// Source: "Configuring CORS for an HTTP API" of the API Gateway developer guide.
public struct CORSDefinition: Sendable, Hashable {
    /// Such as `https://example.com`, `https://*` or `*`.
    public var allowOrigins: [String]
    /// Methods in capitals, or `*`; empty: those of the path, for a REST API.
    public var allowMethods: [String]
    /// Names of request header fields, or `*`.
    public var allowHeaders: [String]
    /// Names of response header fields that a page may read.
    public var exposeHeaders: [String]
    /// How long a browser may keep the answer to a preflight request.
    public var maxAgeSeconds: Int?
    /// True when cookies may be sent.
    public var allowsCredentials: Bool

    /// Makes a definition; empty lists say nothing.
    public init(
        allowOrigins: [String] = [], allowMethods: [String] = [], allowHeaders: [String] = [],
        exposeHeaders: [String] = [], maxAgeSeconds: Int? = nil, allowsCredentials: Bool = false
    ) {
        self.allowOrigins = allowOrigins
        self.allowMethods = allowMethods
        self.allowHeaders = allowHeaders
        self.exposeHeaders = exposeHeaders
        self.maxAgeSeconds = maxAgeSeconds
        self.allowsCredentials = allowsCredentials
    }
}
