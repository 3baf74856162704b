internal import HTTPServer
internal import StrictJSON

/// Writes the event of a REST API, or of an HTTP API with payload format 1.0, straight into bytes.
///
/// What is empty is null, as AWS sends it. A REST API leaves the path as it was sent; an HTTP API
/// decodes it, and has its stage in it.
/// Sources: "Lambda proxy integrations in API Gateway", input format; "Create AWS Lambda proxy
/// integrations for HTTP APIs"; recordings of both for names of fields and what is decoded.
enum RESTEventBuilder {
    /// What an authorizer is asked about.
    struct Question {
        let methodARN: String
        /// The values that tell the caller's identity.
        let identity: [String]
    }

    static func make(
        _ front: FrontRequest, isVersion1: Bool, authorizer: AuthorizerContext? = nil
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 2_048 + front.request.body.count * 2)
        writer.beginObject()
        append(front, isVersion1: isVersion1, authorizer, nil, to: &writer)
        let body = front.body()
        writer.name("body")
        if let body { writer.string(body.text) } else { writer.null() }
        writer.member("isBase64Encoded", body?.isBase64 ?? false)
        writer.endObject()
        return writer.bytes
    }

    /// The event of a `REQUEST` authorizer: without a body.
    ///
    /// Source: "Input to an API Gateway Lambda authorizer" of the API Gateway developer guide.
    static func make(
        _ front: FrontRequest, isVersion1: Bool, question: Question
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 2_048)
        writer.beginObject()
        append(front, isVersion1: isVersion1, nil, question, to: &writer)
        writer.endObject()
        return writer.bytes
    }

    private static func append(
        _ front: FrontRequest, isVersion1: Bool, _ authorizer: AuthorizerContext?,
        _ question: Question?, to writer: inout JSONWriter
    ) {
        let request = front.request
        if isVersion1 { writer.member("version", "1.0") }
        if let question { append(question, isVersion1: isVersion1, to: &writer) }
        writer.member("resource", front.context.resource)
        writer.member("path", isVersion1 ? stagedPath(front) : request.path)
        writer.member("httpMethod", request.method)
        append(
            front.fields(areLowercased: false), "headers", "multiValueHeaders", to: &writer)
        append(
            request.queryParameters, "queryStringParameters", "multiValueQueryStringParameters",
            to: &writer)
        appendPairs("pathParameters", front.parameters, to: &writer)
        appendPairs("stageVariables", front.context.stageVariables, to: &writer)
        appendContext(front, isVersion1: isVersion1, authorizer, to: &writer)
    }

    private static func append(
        _ question: Question, isVersion1: Bool, to writer: inout JSONWriter
    ) {
        writer.member("type", "REQUEST")
        writer.member("methodArn", question.methodARN)
        guard isVersion1 else { return }
        let identity = question.identity.joined(separator: ",")
        writer.member("identitySource", identity)
        writer.member("authorizationToken", identity)
    }

    private static func stagedPath(_ front: FrontRequest) -> String {
        front.context.stagePrefix + PercentEncoding.decode(front.request.path)
    }

    private static func appendPairs(
        _ name: String, _ pairs: [(name: String, value: String)], to writer: inout JSONWriter
    ) {
        writer.name(name)
        guard !pairs.isEmpty else { return writer.null() }
        writer.beginObject()
        for (name, value) in pairs { writer.member(name, value) }
        writer.endObject()
    }

    /// Each name once with its last value, and once more with all of them.
    private static func append(
        _ pairs: [(name: String, values: [String])], _ single: String, _ multiple: String,
        to writer: inout JSONWriter
    ) {
        writer.name(single)
        guard !pairs.isEmpty else {
            writer.null()
            writer.name(multiple)
            return writer.null()
        }
        writer.beginObject()
        for (name, values) in pairs { writer.member(name, values.last ?? "") }
        writer.endObject()
        writer.name(multiple)
        writer.beginObject()
        for (name, values) in pairs {
            writer.name(name)
            writer.beginArray()
            for value in values { writer.string(value) }
            writer.endArray()
        }
        writer.endObject()
    }

    private static func appendContext(
        _ front: FrontRequest, isVersion1: Bool, _ authorizer: AuthorizerContext?,
        to writer: inout JSONWriter
    ) {
        let context = front.context
        let domainName = front.domainName
        writer.name("requestContext")
        writer.beginObject()
        writer.name("resourceId")
        if isVersion1 { writer.null() } else { writer.string("local") }
        authorizer?.append1(to: &writer)
        writer.member("resourcePath", context.resource)
        writer.member("httpMethod", front.request.method)
        writer.member("extendedRequestId", front.requestID)
        writer.member(
            "requestTime", CivilTime(unixSeconds: front.timeMs / 1_000).commonLogFormat)
        writer.member(
            "path",
            isVersion1 ? stagedPath(front) : "\(context.stagePrefix)\(front.request.path)")
        writer.member("accountId", context.accountID)
        writer.member("protocol", "HTTP/1.1")
        writer.member("stage", context.stage)
        writer.member("domainPrefix", String(domainName.prefix { $0 != "." }))
        writer.member("requestTimeEpoch", front.timeMs)
        writer.member("requestId", front.requestID)
        appendIdentity(front, to: &writer)
        writer.member("domainName", domainName)
        if !isVersion1 { writer.member("deploymentId", "local") }
        writer.member("apiId", context.apiID)
        writer.endObject()
    }

    /// Nobody has signed the request.
    private static func appendIdentity(_ front: FrontRequest, to writer: inout JSONWriter) {
        writer.name("identity")
        writer.beginObject()
        for name in [
            "accessKey", "accountId", "caller", "cognitoAuthenticationProvider",
            "cognitoAuthenticationType", "cognitoIdentityId", "cognitoIdentityPoolId",
            "principalOrgId",
        ] {
            writer.name(name)
            writer.null()
        }
        writer.member("sourceIp", front.request.remoteAddress)
        writer.name("user")
        writer.null()
        writer.member("userAgent", front.request.field("User-Agent") ?? "")
        writer.name("userArn")
        writer.null()
        writer.endObject()
    }
}
