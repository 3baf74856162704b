internal import HTTPServer
internal import StrictJSON

/// Writes the event of an HTTP API, payload format 2.0, straight into bytes.
///
/// Source: "Create AWS Lambda proxy integrations for HTTP APIs" of the API Gateway guide.
enum HTTPEventBuilder {
    static func make(_ front: FrontRequest) -> [UInt8] {
        let request = front.request
        var writer = JSONWriter(reserving: 1_024 + request.body.count * 2)
        writer.beginObject()
        writer.member("version", "2.0")
        writer.member("routeKey", front.match.routeKey)
        writer.member("rawPath", request.path)
        writer.member("rawQueryString", request.query ?? "")
        appendFields(front, to: &writer)
        let parameters = request.queryParameters
        if !parameters.isEmpty {
            writer.name("queryStringParameters")
            writer.beginObject()
            for (name, values) in parameters {
                writer.member(name, values.joined(separator: ","))
            }
            writer.endObject()
        }
        appendContext(front, to: &writer)
        if !front.match.parameters.isEmpty {
            writer.name("pathParameters")
            writer.beginObject()
            for (name, value) in front.match.parameters { writer.member(name, value) }
            writer.endObject()
        }
        let body = front.body()
        if let body { writer.member("body", body.text) }
        writer.member("isBase64Encoded", body?.isBase64 ?? false)
        writer.endObject()
        return writer.bytes
    }

    /// Cookies are a list of their own and no longer among the fields.
    private static func appendFields(_ front: FrontRequest, to writer: inout JSONWriter) {
        let fields = front.fields()
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
        writer.endObject()
    }

    private static func appendContext(_ front: FrontRequest, to writer: inout JSONWriter) {
        let domainName = front.domainName
        writer.name("requestContext")
        writer.beginObject()
        writer.member("accountId", front.accountID)
        writer.member("apiId", "local")
        writer.member("domainName", domainName)
        writer.member("domainPrefix", String(domainName.prefix { $0 != "." }))
        writer.name("http")
        writer.beginObject()
        writer.member("method", front.request.method)
        writer.member("path", front.request.path)
        writer.member("protocol", "HTTP/1.1")
        writer.member("sourceIp", front.request.remoteAddress)
        writer.member("userAgent", front.request.field("User-Agent") ?? "")
        writer.endObject()
        writer.member("requestId", front.requestID)
        writer.member("routeKey", front.match.routeKey)
        writer.member("stage", "$default")
        writer.member(
            "time", CivilTime(unixSeconds: front.timeMs / 1_000).commonLogFormat)
        writer.member("timeEpoch", front.timeMs)
        writer.endObject()
    }
}
