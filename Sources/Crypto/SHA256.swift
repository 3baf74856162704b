/// The hash function SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// The hash of a message: 32 bytes.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        OpenSSL.digestSHA256(bytes)
    }
}
