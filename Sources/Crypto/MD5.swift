/// The hash function MD5 (RFC 1321): only where a protocol asks for it as a checksum.
///
/// It is broken as a cryptographic hash: nothing may be trusted because of it.
package enum MD5 {
    /// The hash of a message, 16 bytes; nil where libcrypto is set up without it, as for FIPS 140.
    package static func hash(_ bytes: [UInt8]) -> [UInt8]? {
        OpenSSL.digestMD5(bytes)
    }
}
