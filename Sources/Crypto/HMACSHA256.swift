/// The message authentication code HMAC (RFC 2104) with SHA-256.
package enum HMACSHA256 {
    /// The code of a message under a key of any length: 32 bytes.
    package static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        OpenSSL.authenticateSHA256(message, key: key)
    }
}
