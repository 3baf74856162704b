internal import HTTPServer
internal import StrictJSON

/// Writes the event of an HTTP API or a function URL, payload format 2.0, straight into bytes.
///
/// An HTTP API decodes the path, a function URL leaves it as it was sent.
/// Sources: "Create AWS Lambda proxy integrations for HTTP APIs" of the API Gateway guide;
/// "Invoking Lambda function URLs" of the AWS Lambda guide; recordings of both for what they
/// decode.
enum HTTPEventBuilder {
    static func make(
        _ front: FrontRequest, isFunctionURL: Bool = false, authorizer: AuthorizerContext? = nil
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 1_024 + front.request.body.count * 2)
        writer.beginObject()
        append(front, isFunctionURL: isFunctionURL, authorizer, to: &writer)
        let body = front.body()
        if let body { writer.member("body", body.text) }
        writer.member("isBase64Encoded", body?.isBase64 ?? false)
        writer.endObject()
        return writer.bytes
    }

    /// The event of an authorizer: without a body, with what tells the caller's identity.
    ///
    /// Source: "Control access to HTTP APIs with AWS Lambda authorizers".
    static func make(
        _ front: FrontRequest, askedAbout routeARN: String, identity: [String]
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 1_024)
        writer.beginObject()
        append(front, isFunctionURL: false, nil, to: &writer) { writer in
            writer.member("type", "REQUEST")
            writer.member("routeArn", routeARN)
            writer.name("identitySource")
            if identity.isEmpty {
                writer.null()
            } else {
                writer.beginArray()
                for value in identity { writer.string(value) }
                writer.endArray()
            }
        }
        writer.endObject()
        return writer.bytes
    }

    private static func append(
        _ front: FrontRequest, isFunctionURL: Bool, _ authorizer: AuthorizerContext?,
        to writer: inout JSONWriter, _ appendType: (inout JSONWriter) -> Void = { _ in }
    ) {
        let request = front.request
        let path =
            isFunctionURL
            ? request.path : front.context.stagePrefix + PercentEncoding.decode(request.path)
        writer.member("version", "2.0")
        appendType(&writer)
        writer.member("routeKey", front.context.routeKey)
        writer.member("rawPath", path)
        writer.member("rawQueryString", request.query ?? "")
        appendFields(front, isFunctionURL: isFunctionURL, to: &writer)
        appendPairs(
            "queryStringParameters",
            request.queryParameters.map { ($0.name, $0.values.joined(separator: ",")) },
            to: &writer)
        appendContext(front, path: path, isFunctionURL: isFunctionURL, authorizer, to: &writer)
        appendPairs("pathParameters", front.parameters, to: &writer)
        appendPairs("stageVariables", front.context.stageVariables, to: &writer)
    }

    /// Absent when there are none.
    private static func appendPairs(
        _ name: String, _ pairs: [(name: String, value: String)], to writer: inout JSONWriter
    ) {
        guard !pairs.isEmpty else { return }
        writer.name(name)
        writer.beginObject()
        for (name, value) in pairs { writer.member(name, value) }
        writer.endObject()
    }

    /// Cookies are a list of their own and no longer among the fields.
    private static func appendFields(
        _ front: FrontRequest, isFunctionURL: Bool, to writer: inout JSONWriter
    ) {
        let fields = front.fields(areLowercased: true)
        if let cookies = fields.first(where: { $0.name == "cookie" }) {
            writer.name("cookies")
            writer.beginArray()
            for list in cookies.values {
                for cookie in list.split(separator: ";") {
                    writer.string(String(cookie.drop { $0 == " " }))
                }
            }
            writer.endArray()
        }
        writer.name("headers")
        writer.beginObject()
        for (name, values) in fields where name != "cookie" {
            writer.member(name, values.count == 1 ? values[0] : values.joined(separator: ","))
        }
        // An HTTP API adds it, whatever the method.
        if !isFunctionURL, !fields.contains(where: { $0.name == "content-length" }) {
            writer.member("content-length", String(front.request.body.count))
        }
        writer.endObject()
    }

    private static func appendContext(
        _ front: FrontRequest, path: String, isFunctionURL: Bool,
        _ authorizer: AuthorizerContext?, to writer: inout JSONWriter
    ) {
        let domainName = front.domainName
        writer.name("requestContext")
        writer.beginObject()
        writer.member("accountId", front.context.accountID)
        writer.member("apiId", front.context.apiID)
        authorizer?.append2(to: &writer)
        writer.member("domainName", domainName)
        writer.member("domainPrefix", String(domainName.prefix { $0 != "." }))
        writer.name("http")
        writer.beginObject()
        writer.member("method", front.request.method)
        writer.member("path", path)
        writer.member("protocol", "HTTP/1.1")
        writer.member("sourceIp", front.request.remoteAddress)
        writer.member("userAgent", front.request.field("User-Agent") ?? "")
        writer.endObject()
        writer.member("requestId", front.requestID)
        writer.member("routeKey", front.context.routeKey)
        writer.member("stage", front.context.stage)
        writer.member(
            "time", CivilTime(unixSeconds: front.timeMs / 1_000).commonLogFormat)
        writer.member("timeEpoch", front.timeMs)
        writer.endObject()
    }
}
