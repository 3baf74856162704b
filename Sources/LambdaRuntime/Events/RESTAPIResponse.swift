import StrictJSON

/// The answer to a ``RESTAPIRequest`` (payload format 1.0).
public struct RESTAPIResponse: LambdaOutput, Sendable, Hashable {
    /// The HTTP status.
    public var statusCode: Int
    /// Header fields of one value.
    public var headers: [String: String]
    /// Header fields of several values, such as `Set-Cookie`.
    public var multiValueHeaders: [String: [String]]
    /// Text, or base64 of bytes.
    public var body: String
    /// Whether ``body`` is base64.
    public var isBase64Encoded: Bool

    /// Makes an answer of text.
    public init(
        statusCode: Int, headers: [String: String] = [:],
        multiValueHeaders: [String: [String]] = [:], body: String = ""
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.multiValueHeaders = multiValueHeaders
        self.body = body
        isBase64Encoded = false
    }

    /// Makes an answer of bytes: text where they are UTF-8, base64 where they are not.
    public init(
        statusCode: Int, headers: [String: String] = [:],
        multiValueHeaders: [String: [String]] = [:], bytes: [UInt8]
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.multiValueHeaders = multiValueHeaders
        (body, isBase64Encoded) = EventBody.text(bytes)
    }

    /// The answer's document; empty members are absent.
    public func lambdaPayload() -> [UInt8] {
        var writer = JSONWriter(reserving: body.utf8.count + body.utf8.count / 8 + 256)
        writer.beginObject()
        writer.member("statusCode", Int64(statusCode))
        if !headers.isEmpty { writer.member("headers", textMap: headers) }
        if !multiValueHeaders.isEmpty {
            writer.member("multiValueHeaders", textListMap: multiValueHeaders)
        }
        writer.member("body", body)
        writer.member("isBase64Encoded", isBase64Encoded)
        writer.endObject()
        return writer.bytes
    }
}
