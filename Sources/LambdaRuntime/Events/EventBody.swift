import TextEncoding

/// The body of an HTTP event: text, or base64 of bytes.
enum EventBody {
    static func bytes(_ body: String?, isBase64Encoded: Bool) throws(LambdaEventError) -> [UInt8] {
        guard let body else { return [] }
        guard isBase64Encoded else { return Array(body.utf8) }
        guard let bytes = Base64.decode(body) else {
            throw LambdaEventError("event body is not base64")
        }
        return bytes
    }

    /// Text where the bytes are UTF-8, else base64: a body never loses a byte.
    static func text(_ bytes: [UInt8]) -> (body: String, isBase64Encoded: Bool) {
        if let text = String(validating: bytes, as: UTF8.self) { return (text, false) }
        return (Base64.encode(bytes), true)
    }
}
