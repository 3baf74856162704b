import StrictJSON

/// Status, header fields and cookies of a streamed HTTP answer, sent before its body.
///
/// Source: API Gateway developer guide, "Set up a Lambda proxy integration with payload response
/// streaming"; function URLs take the same form, without ``multiValueHeaders``.
public struct HTTPResponsePrelude: Sendable, Hashable {
    /// The HTTP status.
    public var statusCode: Int
    /// Header fields.
    public var headers: [String: String]
    /// Header fields that stand more than once; API Gateway REST APIs only.
    public var multiValueHeaders: [String: [String]]
    /// One `Set-Cookie` value each.
    public var cookies: [String]

    /// Makes a prelude.
    public init(
        statusCode: Int = 200, headers: [String: String] = [:],
        multiValueHeaders: [String: [String]] = [:], cookies: [String] = []
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.multiValueHeaders = multiValueHeaders
        self.cookies = cookies
    }

    /// The media type that announces a prelude to the platform.
    static let contentType = "application/vnd.awslambda.http-integration-response"

    /// The document, empty members left out, and the eight NUL bytes that part it from the body.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("statusCode", Int64(statusCode))
        if !headers.isEmpty { writer.member("headers", textMap: headers) }
        if !multiValueHeaders.isEmpty {
            writer.member("multiValueHeaders", textListMap: multiValueHeaders)
        }
        if !cookies.isEmpty { writer.member("cookies", texts: cookies) }
        writer.endObject()
        return writer.bytes + [UInt8](repeating: 0, count: 8)
    }
}
