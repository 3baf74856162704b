package import Crypto
import TextEncoding

/// A signing secret: `whsec_` and base64 of 24 to 64 random bytes, as Standard Webhooks has it.
///
/// Source: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>
package struct WebhookSecret: Sendable, Hashable {
    /// The whole text: the key of `TTSR-Signature`, so that Stripe's libraries verify it.
    package let text: String
    /// The decoded part: the key of `webhook-signature`.
    let key: [UInt8]

    /// Reads a secret.
    ///
    /// - Parameter text: `whsec_` and base64 of 24 to 64 bytes; anything else gives nil.
    package init?(text: String) {
        guard text.hasPrefix(Self.prefix),
            let key = Base64.decode(String(text.dropFirst(Self.prefix.count))),
            (24...64).contains(key.count)
        else { return nil }
        self.text = text
        self.key = key
    }

    /// Makes a new secret of 32 random bytes.
    package init(random: RandomSource) {
        key = random.bytes(32)
        text = Self.prefix + Base64.encode(key)
    }

    private static let prefix = "whsec_"
}

extension WebhookSecret: CustomStringConvertible {
    /// Never the secret.
    package var description: String { "whsec_(hidden)" }
}
