import Crypto
import Testing
import TextEncoding

@Suite("RSA keys")
struct RSAKeyTests {
    /// The public key of RFC 7515 appendix A.2.1.
    private static let publishedModulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1"
        + "Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpa"
        + "SHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4"
        + "LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
    private static let publishedInput =
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
        + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    private static let publishedSignature =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O"
        + "8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARN"
        + "PvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ"
        + "1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    /// The public key of RFC 7638 section 3.1.
    private static let thumbprintModulus =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc"
        + "_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQ"
        + "R0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bF"
        + "TWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    private static let exponent: [UInt8] = [1, 0, 1]

    @Test("the signature of RFC 7515 appendix A.2 verifies, and not after any change")
    func publishedSignature() throws {
        let modulus = try #require(Base64.decodeURL(Self.publishedModulus))
        let key = try RSAPublicKey(modulus: modulus, exponent: Self.exponent)
        let signature = try #require(Base64.decodeURL(Self.publishedSignature))
        let message = Array(Self.publishedInput.utf8)
        #expect(key.verify(signature: signature, of: message))
        #expect(!key.verify(signature: signature, of: message + [0]))
        #expect(!key.verify(signature: Array(signature.dropLast()), of: message))
        #expect(!key.verify(signature: signature + [0], of: message))
        #expect(!key.verify(signature: [], of: message))
        for byte in stride(from: 0, to: signature.count, by: 16) {
            var changed = signature
            changed[byte] ^= 1
            #expect(!key.verify(signature: changed, of: message))
        }
    }

    @Test("the thumbprint is that of RFC 7638 section 3.1")
    func thumbprint() throws {
        let modulus = try #require(Base64.decodeURL(Self.thumbprintModulus))
        let key = try RSAPublicKey(modulus: modulus, exponent: Self.exponent)
        #expect(key.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    }

    @Test("a new key signs what its public half verifies, also after a way through PEM")
    func generated() throws {
        let key = try TestKeys.first.get()
        let message = Array("message".utf8)
        let signature = try key.sign(message)
        #expect(signature.count == 256)
        #expect(key.publicKey.verify(signature: signature, of: message))
        #expect(try !TestKeys.second.get().publicKey.verify(signature: signature, of: message))

        #expect(key.pem.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        let copy = try RSAPrivateKey(pem: key.pem)
        #expect(copy.publicKey.modulus == key.publicKey.modulus)
        // PKCS #1 v1.5 is deterministic.
        #expect(try copy.sign(message) == signature)
    }

    @Test("a private key does not show itself")
    func description() throws {
        let key = try TestKeys.first.get()
        #expect("\(key)" == "RSA private key \(key.publicKey.thumbprint)")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains("BEGIN PRIVATE KEY"))
    }

    @Test("numbers that are no key are refused")
    func refusedNumbers() throws {
        let modulus = try #require(Base64.decodeURL(Self.publishedModulus))
        let even = Array(modulus.dropLast()) + [0xA0]
        let malformed: [(modulus: [UInt8], exponent: [UInt8])] = [
            ([], Self.exponent), ([0] + modulus, Self.exponent), (even, Self.exponent),
            (modulus, []), (modulus, [0]), (modulus, [1]), (modulus, [2]), (modulus, [0, 3]),
            (modulus, [1, 0, 0, 0, 1]),
        ]
        for numbers in malformed {
            #expect(throws: RSAKeyError.malformed) {
                try RSAPublicKey(modulus: numbers.modulus, exponent: numbers.exponent)
            }
        }
        #expect(throws: RSAKeyError.size) {
            try RSAPublicKey(modulus: Array(modulus.suffix(128)), exponent: Self.exponent)
        }
        #expect(throws: RSAKeyError.size) {
            try RSAPublicKey(modulus: modulus + modulus + modulus, exponent: Self.exponent)
        }
        #expect(throws: RSAKeyError.size) { try RSAPrivateKey.generate(bits: 1_024) }
    }

    @Test("text that is no unencrypted RSA key is refused")
    func refusedText() throws {
        let pem = try TestKeys.first.get().pem
        for text in [
            "", "no key", String(pem.dropLast(100)), String(repeating: " ", count: 16_385),
        ] {
            #expect(throws: RSAKeyError.malformed) { try RSAPrivateKey(pem: text) }
        }
        // A key on the curve P-256, made for this test.
        let other = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgaHqlcCjJh8+0P+5l
            /dQNMzoryzP1YS6KzPB2AGQq6cuhRANCAASD3FStVkEk01+zikyRdJQORx3+2vot
            fAA21kyrrJbeRFYw2NQBRCgaqPDedUG6kAiksWdM109xDKY89j4f69P/
            -----END PRIVATE KEY-----
            """
        #expect(throws: RSAKeyError.notRSA) { try RSAPrivateKey(pem: other) }
        // The same key, encrypted: it must be refused and not ask for a passphrase.
        let encrypted = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhOVhXNldf+WgICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEO8vGZyjM+jA6+4zXztNuAcEgZAt
            Hjipbb/sshd5LZoiMKM3Ln1cgdUOsRwMzX/Kr8UigoAK032e1OXRKOgTTP081xkw
            qyBUbvMq4eaXO6DOS7ovW751TJo7lumOgu7EQb6DZ6cHG8jASKEl6naOHF4C5yhj
            W1rVQKQA2IkAo28JivIChUBFKdiHlIPSvVoGL0M/AiDelkKYDXFsUyYJDof8jQE=
            -----END ENCRYPTED PRIVATE KEY-----
            """
        #expect(throws: RSAKeyError.malformed) { try RSAPrivateKey(pem: encrypted) }
    }
}
