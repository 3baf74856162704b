import Crypto
import Testing
import TextEncoding

@Suite("Published vectors of hashes and derivations")
struct HashVectorTests {
    static let sha256: [(message: [UInt8], digest: String)] = [
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            [UInt8](repeating: 0x61, count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    @Test(
        "MD5 gives the digests of RFC 1321's test suite",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ])
    func checksums(message: String, digest: String) throws {
        #expect(Hex.encode(try #require(MD5.hash(Array(message.utf8)))) == digest)
    }

    @Test("SHA-256 gives the digests of FIPS 180-4's examples", arguments: sha256)
    func hashes(message: [UInt8], digest: String) {
        #expect(Hex.encode(SHA256.hash(message)) == digest)
    }

    static let hmac: [(key: [UInt8], message: [UInt8], code: String)] = [
        (
            [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            Array(1...25), [UInt8](repeating: 0xCD, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            Array(
                ("This is a test using a larger than block-size key and a larger than "
                    + "block-size data. The key needs to be hashed before being used by the "
                    + "HMAC algorithm.").utf8),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
        // Not in RFC 4231: HMAC of nothing under the empty key.
        ([], [], "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ]

    @Test("HMAC-SHA256 gives the codes of RFC 4231", arguments: hmac)
    func authenticates(key: [UInt8], message: [UInt8], code: String) {
        #expect(Hex.encode(HMACSHA256.authenticate(message, key: key)) == code)
    }

    @Test("HMAC-SHA256 keeps nothing of an earlier key")
    func authenticatesAgain() {
        let first = HMACSHA256.authenticate([1], key: [1])
        _ = HMACSHA256.authenticate([1], key: [UInt8](repeating: 2, count: 200))
        #expect(HMACSHA256.authenticate([1], key: [1]) == first)
        #expect(HMACSHA256.authenticate([1], key: []) != first)
    }

    static let pbkdf2: [(password: String, salt: String, iterations: Int, key: String)] = [
        (
            "passwd", "salt", 1,
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                + "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"
        ),
        (
            "Password", "NaCl", 80_000,
            "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
                + "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d"
        ),
    ]

    @Test("PBKDF2-HMAC-SHA256 gives the keys of RFC 7914 section 11", arguments: pbkdf2)
    func derives(password: String, salt: String, iterations: Int, key: String) {
        let derived = PBKDF2.derive(
            password: Array(password.utf8), salt: Array(salt.utf8), iterations: iterations,
            length: 64)
        #expect(Hex.encode(derived) == key)
    }
}
