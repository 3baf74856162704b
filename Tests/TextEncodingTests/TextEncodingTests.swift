import Testing
import TextEncoding

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
}
