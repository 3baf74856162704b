internal import HTTPServer
internal import StrictJSON

/// Writes the event of a REST API (payload format 1.0) straight into bytes.
///
/// What is empty is null, as AWS sends it.
/// Source: "Lambda proxy integrations in API Gateway", input format.
enum RESTEventBuilder {
    static let stage = "Prod"

    static func make(_ front: FrontRequest) -> [UInt8] {
        let request = front.request
        var writer = JSONWriter(reserving: 2_048 + request.body.count * 2)
        writer.beginObject()
        writer.member("resource", front.match.route.path)
        writer.member("path", request.path)
        writer.member("httpMethod", request.method)
        append(front.fields(), "headers", "multiValueHeaders", to: &writer)
        append(
            request.queryParameters, "queryStringParameters", "multiValueQueryStringParameters",
            to: &writer)
        writer.name("pathParameters")
        if front.match.parameters.isEmpty {
            writer.null()
        } else {
            writer.beginObject()
            for (name, value) in front.match.parameters { writer.member(name, value) }
            writer.endObject()
        }
        writer.name("stageVariables")
        writer.null()
        appendContext(front, to: &writer)
        let body = front.body()
        writer.name("body")
        if let body { writer.string(body.text) } else { writer.null() }
        writer.member("isBase64Encoded", body?.isBase64 ?? false)
        writer.endObject()
        return writer.bytes
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

    private static func appendContext(_ front: FrontRequest, to writer: inout JSONWriter) {
        let path = front.match.route.path
        writer.name("requestContext")
        writer.beginObject()
        writer.member("resourceId", "local")
        writer.member("resourcePath", path)
        writer.member("httpMethod", front.request.method)
        writer.member("extendedRequestId", front.requestID)
        writer.member(
            "requestTime", CivilTime(unixSeconds: front.timeMs / 1_000).commonLogFormat)
        writer.member("path", "/\(stage)\(front.request.path)")
        writer.member("accountId", front.accountID)
        writer.member("protocol", "HTTP/1.1")
        writer.member("stage", stage)
        writer.member("domainPrefix", String(front.domainName.prefix { $0 != "." }))
        writer.member("requestTimeEpoch", front.timeMs)
        writer.member("requestId", front.requestID)
        writer.name("identity")
        writer.beginObject()
        writer.member("sourceIp", front.request.remoteAddress)
        writer.member("userAgent", front.request.field("User-Agent") ?? "")
        writer.endObject()
        writer.member("domainName", front.domainName)
        writer.member("apiId", "local")
        writer.endObject()
    }
}
