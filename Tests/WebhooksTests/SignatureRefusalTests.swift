import Crypto
import Testing

@testable import Webhooks

/// What a receiver refuses.
@Suite struct SignatureRefusalTests {
    @Test("No flip of a single bit of the body is accepted")
    func bodyFlips() throws {
        let whole = try ReceivedWebhook.example()
        #expect(whole.refusal() == nil)
        var flips = 0
        for (index, bit) in Self.bits(of: whole.body) {
            var received = whole
            received.body[index] ^= bit
            #expect(received.refusal() == .mismatch, "byte \(index), bit \(bit)")
            flips += 1
        }
        #expect(flips == 320)
    }

    @Test(
        "No flip of a single bit of a field is accepted",
        arguments: [
            ("webhook-id", 80), ("webhook-timestamp", 80), ("ttsr-signature", 640),
            ("webhook-signature", 376),
        ])
    func fieldFlips(field: String, count: Int) throws {
        let whole = try ReceivedWebhook.example()
        let value = Array(try #require(whole.fields[field]).utf8)
        var flips = 0
        for (index, bit) in Self.bits(of: value) {
            var flipped = value
            flipped[index] ^= bit
            var received = whole
            received.fields[field] = String(decoding: flipped, as: UTF8.self)
            #expect(received.refusal() != nil, "byte \(index), bit \(bit)")
            flips += 1
        }
        #expect(flips == count)
    }

    @Test("A timestamp made fresh in both fields is refused", arguments: [-1, 1, 250] as [Int64])
    func freshened(offset: Int64) throws {
        var received = try ReceivedWebhook.example()
        let stamp = "\(ReceivedWebhook.timestamp)"
        let other = "\(ReceivedWebhook.timestamp + offset)"
        received.fields["webhook-timestamp"] = other
        let own = try #require(received.fields["ttsr-signature"])
        received.fields["ttsr-signature"] = "t=\(other)" + own.dropFirst(2 + stamp.count)
        #expect(received.refusal() == .mismatch)
    }

    @Test(
        "A timestamp up to 300 seconds away is accepted, before and after",
        arguments: [-300, -299, 0, 299, 300] as [Int64])
    func fresh(offset: Int64) throws {
        let received = try ReceivedWebhook.example()
        #expect(received.refusal(now: ReceivedWebhook.timestamp + offset) == nil)
    }

    @Test(
        "A timestamp 301 seconds away is refused, before and after",
        arguments: [-301, 301, -86_400, 86_400] as [Int64])
    func stale(offset: Int64) throws {
        let received = try ReceivedWebhook.example()
        #expect(received.refusal(now: ReceivedWebhook.timestamp + offset) == .stale)
    }

    @Test(
        "A huge or negative timestamp is stale, though its signatures hold",
        arguments: [-1, .min, .min + 1, .max, .max - 300, -1_767_225_600] as [Int64])
    func absurd(timestamp: Int64) throws {
        let received = try ReceivedWebhook.example(timestamp: timestamp)
        #expect(received.refusal() == .stale)
    }

    @Test(
        "A timestamp that is not a plain number is malformed",
        arguments: [
            "", " ", "now", "+1767225600", "01767225600", " 1767225600", "1767225600 ",
            "1767225600.0", "1.7672256e9", "-0", "0x6955b900", "9223372036854775808",
            "-9223372036854775809", "１７６７２２５６００", "1767225600,1767225600",
        ])
    func malformedTimestamp(text: String) throws {
        var received = try ReceivedWebhook.example()
        let own = try #require(received.fields["ttsr-signature"])
        received.fields["webhook-timestamp"] = text
        received.fields["ttsr-signature"] = "t=\(text)" + own.dropFirst(12)
        #expect(received.refusal() == .malformed)
    }

    @Test(
        "Without any one of the four fields it is refused",
        arguments: ["ttsr-signature", "webhook-id", "webhook-timestamp", "webhook-signature"])
    func missing(field: String) throws {
        var received = try ReceivedWebhook.example()
        received.fields[field] = nil
        #expect(received.refusal() == .missing)
    }

    @Test("TTSR-Signature has to begin with the timestamp of its sibling")
    func malformedOwn() throws {
        let whole = try ReceivedWebhook.example()
        let hex = SignatureTests.vectors[0].hexes[0]
        for text in [
            "", ",", "t=", "v1=\(hex)", "v1=\(hex),t=1767225600", "t=1767225601,v1=\(hex)",
            " t=1767225600,v1=\(hex)", "T=1767225600,v1=\(hex)", "t=01767225600,v1=\(hex)",
        ] {
            var received = whole
            received.fields["ttsr-signature"] = text
            #expect(received.refusal() == .malformed, "\(text)")
        }
    }

    @Test("TTSR-Signature needs a signature in its exact spelling")
    func mismatchedOwn() throws {
        let whole = try ReceivedWebhook.example()
        let hex = SignatureTests.vectors[0].hexes[0]
        for text in [
            "", "v1=", "v1", hex, "v0=\(hex)", "V1=\(hex)", "v1=\(hex.uppercased())",
            "v1=\(hex.dropLast())", "v1=\(hex)0", "v1= \(hex)", " v1=\(hex)",
            "v1=" + SignatureTests.vectors[1].hexes[0],
        ] {
            var received = whole
            received.fields["ttsr-signature"] = "t=1767225600," + text
            #expect(received.refusal() == .mismatch, "\(text)")
        }
    }

    @Test("webhook-signature needs a signature in its exact spelling")
    func mismatchedStandard() throws {
        let whole = try ReceivedWebhook.example()
        let base64 = SignatureTests.vectors[0].base64s[0]
        for text in [
            "", " ", ",", "v1,", "v1", base64, "v1=\(base64)", "v1a,\(base64)", "V1,\(base64)",
            "v1,\(base64.dropLast())", "v1,\(base64)=", "v1,\(base64),v1,\(base64)",
            "v1," + SignatureTests.vectors[1].base64s[0],
        ] {
            var received = whole
            received.fields["webhook-signature"] = text
            #expect(received.refusal() == .mismatch, "\(text)")
        }
    }

    @Test("A signature that holds is found among others of any scheme")
    func amongOthers() throws {
        var received = try ReceivedWebhook.example()
        let vectors = SignatureTests.vectors
        received.fields["ttsr-signature"] =
            "t=1767225600,v0=abc,v1=\(vectors[1].hexes[0]),v1=\(vectors[0].hexes[0])"
        received.fields["webhook-signature"] =
            "v1a,abc v1,\(vectors[1].base64s[0]) v1,\(vectors[0].base64s[0])"
        #expect(received.refusal() == nil)
    }

    /// Every single bit, as the index of its byte and a mask.
    private static func bits(of bytes: [UInt8]) -> [(Int, UInt8)] {
        bytes.indices.flatMap { index in (0..<8).map { (index, UInt8(1) << $0) } }
    }
}
