/// A private key that makes RS256 signatures (RFC 7518 section 3.3).
package struct RSAPrivateKey: Sendable {
    private static let pemBytesMax = 16_384

    /// The public half.
    package let publicKey: RSAPublicKey
    /// The key as unencrypted PKCS #8 in PEM; a secret.
    package let pem: String
    private let handle: RSAKeyHandle

    private init(handle: RSAKeyHandle) throws {
        guard handle.isRSA else { throw RSAKeyError.notRSA }
        guard rsaModulusBits.contains(handle.bits) else { throw RSAKeyError.size }
        let numbers = try handle.publicNumbers()
        publicKey = try RSAPublicKey(modulus: numbers.modulus, exponent: numbers.exponent)
        pem = String(decoding: try handle.privatePEM(), as: UTF8.self)
        self.handle = handle
    }

    /// Makes a new key of 2048 to 4096 bits.
    package static func generate(bits: Int = 2048) throws -> RSAPrivateKey {
        guard rsaModulusBits.contains(bits) else { throw RSAKeyError.size }
        return try RSAPrivateKey(handle: RSAKeyHandle.generate(bits: Int32(bits)))
    }

    /// Reads an unencrypted key in PEM, of at most 16 KiB.
    package init(pem: String) throws {
        guard pem.utf8.count <= Self.pemBytesMax,
            let handle = try? RSAKeyHandle(pem: Array(pem.utf8))
        else {
            throw RSAKeyError.malformed
        }
        try self.init(handle: handle)
    }

    /// The RS256 signature of a message, as long as the modulus.
    package func sign(_ message: [UInt8]) throws -> [UInt8] {
        try handle.signSHA256(message)
    }
}

extension RSAPrivateKey: CustomStringConvertible, CustomReflectable {
    /// Names the key without showing it.
    package var description: String { "RSA private key \(publicKey.thumbprint)" }

    /// Nothing: a dump must not show the key.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
