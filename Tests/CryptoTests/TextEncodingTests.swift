import Crypto
import Testing

@Suite("Bytes as text")
struct TextEncodingTests {
    static let base64: [(bytes: String, text: String)] = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]

    @Test("base64 gives the texts of RFC 4648 section 10, and back", arguments: base64)
    func base64Vectors(bytes: String, text: String) {
        #expect(Base64.encode(Array(bytes.utf8)) == text)
        #expect(Base64.decode(text) == Array(bytes.utf8))
        let unpadded = String(text.prefix { $0 != "=" })
        #expect(Base64.encodeURL(Array(bytes.utf8)) == unpadded)
        #expect(Base64.decodeURL(unpadded) == Array(bytes.utf8))
    }

    @Test("the two alphabets differ in their last two characters")
    func alphabets() {
        #expect(Base64.encode([0xFB, 0xEF, 0xFF]) == "++//")
        #expect(Base64.encodeURL([0xFB, 0xEF, 0xFF]) == "--__")
        #expect(Base64.decode("--__") == nil)
        #expect(Base64.decodeURL("++//") == nil)
    }

    @Test(
        "base64 that no encoder writes is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zm8", "Zm9=v", "Zh==", "Zm9=",
            "Zg==Zg==",
            "Zm9v\n", " Zm9v", "Zm9v====", "Zm9\u{E9}",
        ])
    func refusesBase64(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(
        "base64url that no encoder writes is refused",
        arguments: ["Z", "Zg==", "Zh", "Zm9", "Zm8=", "Zm9vY", "Zm9v ", "Zm 9v"])
    func refusesBase64URL(text: String) {
        #expect(Base64.decodeURL(text) == nil)
    }

    @Test("every byte survives base64, base64url and hexadecimal at every length")
    func roundTrips() {
        let all = Array(UInt8.min...UInt8.max)
        for length in 0...all.count {
            let bytes = Array(all.suffix(length))
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decodeURL(Base64.encodeURL(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
    }

    @Test("hexadecimal is written in lower case and read in both")
    func hexadecimal() {
        #expect(Hex.encode([0x00, 0xAB, 0xFF]) == "00abff")
        #expect(Hex.decode("00aBFf") == [0x00, 0xAB, 0xFF])
        for refused in ["0", "0g", "0x00", " 00", "00 ", "é"] {
            #expect(Hex.decode(refused) == nil)
        }
    }

    @Test("the constant-time comparison agrees with equality")
    func comparison() {
        #expect(constantTimeEqual([], []))
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([0, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2], [1, 2, 3]))
    }

    @Test("a random source gives as many bytes as asked, and a known one gives known ones")
    func randomness() {
        #expect(RandomSource.system.bytes(0) == [])
        #expect(RandomSource.system.bytes(32).count == 32)
        #expect(RandomSource.system.bytes(32) != RandomSource.system.bytes(32))
        let known = RandomSource { [UInt8](repeating: 7, count: $0) }
        #expect(known.bytes(3) == [7, 7, 7])
    }
}
