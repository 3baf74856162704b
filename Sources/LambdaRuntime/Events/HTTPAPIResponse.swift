import StrictJSON

/// The answer to an ``HTTPAPIRequest`` (payload format 2.0).
public struct HTTPAPIResponse: LambdaOutput, Sendable, Hashable {
    /// The HTTP status.
    public var statusCode: Int
    /// Header fields.
    public var headers: [String: String]
    /// One `Set-Cookie` value each.
    public var cookies: [String]
    /// Text, or base64 of bytes.
    public var body: String
    /// Whether ``body`` is base64.
    public var isBase64Encoded: Bool

    /// Makes an answer of text.
    public init(
        statusCode: Int, headers: [String: String] = [:], cookies: [String] = [], body: String = ""
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.cookies = cookies
        self.body = body
        isBase64Encoded = false
    }

    /// Makes an answer of bytes: text where they are UTF-8, base64 where they are not.
    public init(
        statusCode: Int, headers: [String: String] = [:], cookies: [String] = [], bytes: [UInt8]
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.cookies = cookies
        (body, isBase64Encoded) = EventBody.text(bytes)
    }

    /// The body's bytes.
    ///
    /// - Throws: ``LambdaEventError`` when the body should be base64 and is not.
    public func bodyBytes() throws -> [UInt8] {
        try EventBody.bytes(body, isBase64Encoded: isBase64Encoded)
    }

    /// The answer's document; empty members are absent.
    public func lambdaPayload() -> [UInt8] {
        var writer = JSONWriter(reserving: body.utf8.count + body.utf8.count / 8 + 256)
        writer.beginObject()
        writer.member("statusCode", Int64(statusCode))
        if !headers.isEmpty { writer.member("headers", textMap: headers) }
        if !cookies.isEmpty { writer.member("cookies", texts: cookies) }
        writer.member("body", body)
        writer.member("isBase64Encoded", isBase64Encoded)
        writer.endObject()
        return writer.bytes
    }
}
