import TextEncoding

/// A public key that checks RS256 signatures (RFC 7518 section 3.3).
package struct RSAPublicKey: Sendable {
    /// The modulus, big-endian without leading zeros.
    package let modulus: [UInt8]
    /// The public exponent, big-endian without leading zeros.
    package let exponent: [UInt8]
    // Parsed once, so that each verification starts with the exponentiation.
    private let handle: RSAKeyHandle

    /// Makes a key of its numbers, as a JSON Web Key gives them (RFC 7518 section 6.3.1).
    ///
    /// - Parameters:
    ///   - modulus: 256 to 512 bytes, big-endian, no leading zero.
    ///   - exponent: 1 to 4 bytes, big-endian, no leading zero; odd and at least 3.
    /// - Throws: ``RSAKeyError``, or ``OpenSSLError`` when libcrypto refuses the numbers.
    package init(modulus: [UInt8], exponent: [UInt8]) throws {
        guard let first = modulus.first, first != 0, let last = modulus.last, last & 1 == 1,
            (1...4).contains(exponent.count), exponent.first != 0,
            let low = exponent.last, low & 1 == 1, exponent != [1]
        else {
            throw RSAKeyError.malformed
        }
        guard rsaModulusBits.contains(modulus.count * 8 - first.leadingZeroBitCount) else {
            throw RSAKeyError.size
        }
        self.modulus = modulus
        self.exponent = exponent
        handle = try RSAKeyHandle(modulus: modulus, exponent: exponent)
    }

    /// Whether a signature is one of this key over the message; false for any malformed signature.
    package func verify(signature: [UInt8], of message: [UInt8]) -> Bool {
        do {
            try handle.verifySHA256(signature: signature, of: message)
            return true
        } catch {
            return false
        }
    }

    /// The key's thumbprint with SHA-256 in base64url (RFC 7638): its `kid`.
    package var thumbprint: String {
        let e = Base64.encodeURL(exponent)
        let n = Base64.encodeURL(modulus)
        return Base64.encodeURL(SHA256.hash(Array(#"{"e":"\#(e)","kty":"RSA","n":"\#(n)"}"#.utf8)))
    }
}
