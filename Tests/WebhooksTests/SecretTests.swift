import Crypto
import Testing
import TextEncoding

@testable import Webhooks

/// Which texts are secrets, and that none of them is shown.
@Suite struct SecretTests {
    @Test("24 to 64 bytes are a secret", arguments: [24, 25, 32, 63, 64])
    func accepted(byteCount: Int) throws {
        let key = (0..<byteCount).map { UInt8($0 + 100) }
        let text = "whsec_" + Base64.encode(key)
        let secret = try #require(WebhookSecret(text: text))
        #expect(secret.text == text)
        #expect(secret.key == key)
    }

    @Test("Fewer or more bytes are none", arguments: [0, 1, 16, 23, 65, 128])
    func refused(byteCount: Int) {
        let text = "whsec_" + Base64.encode(Array(repeating: 7, count: byteCount))
        #expect(WebhookSecret(text: text) == nil)
    }

    @Test(
        "Another prefix is refused",
        arguments: ["", "WHSEC_", "Whsec_", "whsec", "whsec-", "whsk_", "whpk_", " whsec_", "_"])
    func prefix(_ prefix: String) {
        #expect(WebhookSecret(text: prefix + Base64.encode(Array(0..<32))) == nil)
    }

    @Test(
        "Base64 in any other spelling than the one is refused",
        arguments: [
            // The same 32 bytes without padding, with too much, with white space, with other bits.
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8==",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
            " AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "AAECAwQFBgcICQoLDA0ODxAR EhMUFRYXGBkaGxwdHh8=",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",
            // The URL-safe alphabet, and characters of none.
            "____________________________________________",
            "--------------------------------------------",
            "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
            "ééééééééééééééééééééééééé",
        ])
    func base64(_ text: String) {
        #expect(WebhookSecret(text: "whsec_" + text) == nil)
    }

    @Test("A new secret is 32 bytes of the source, and is read back as itself")
    func new() throws {
        let bytes = (0..<32).map { UInt8($0 * 7) }
        let secret = WebhookSecret(
            random: RandomSource { count in
                #expect(count == 32)
                return bytes
            })
        #expect(secret.key == bytes)
        #expect(secret.text == "whsec_" + Base64.encode(bytes))
        #expect(WebhookSecret(text: secret.text) == secret)
    }

    @Test("No description shows it: not its own, not its endpoint's")
    func hidden() async throws {
        let secret = try #require(Workbench.secret)
        let endpoint = try await Workbench().addEndpoint()
        let encoded = secret.text.dropFirst(6)
        let optional: WebhookSecret? = secret
        for text in [
            "\(secret)", String(reflecting: secret), "\([secret])", String(describing: optional),
            "\(endpoint)", String(reflecting: endpoint),
        ] {
            #expect(!text.contains(encoded))
            #expect(!text.contains("\(secret.key)"))
            #expect(text.contains("whsec_(hidden)"))
        }
    }
}
