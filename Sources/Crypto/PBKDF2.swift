/// The password-based key derivation of RFC 8018 section 5.2 with HMAC-SHA256.
package enum PBKDF2 {
    /// Derives a key.
    ///
    /// - Parameters:
    ///   - password: the secret, any length.
    ///   - salt: the salt, any length.
    ///   - iterations: the cost; at least 1.
    ///   - length: the bytes wanted; at least 1.
    package static func derive(
        password: [UInt8], salt: [UInt8], iterations: Int, length: Int
    ) -> [UInt8] {
        precondition((1...Int(Int32.max)).contains(iterations), "iterations out of range")
        precondition((1...65_536).contains(length), "length out of range")
        return OpenSSL.deriveKey(
            password: password, salt: salt, iterations: Int32(iterations), length: Int32(length))
    }
}
