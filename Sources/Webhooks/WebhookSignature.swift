import Crypto
package import HTTPClient
import TextEncoding

/// Signs and verifies webhooks in two published schemes at once.
///
/// - `TTSR-Signature: t=<unix>,v1=<hex HMAC-SHA256 of "t.body">`, which Stripe's libraries verify.
/// - `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64 HMAC-SHA256 of
///   "id.timestamp.body">`, which the Standard Webhooks libraries verify.
///
/// During a rotation both carry one signature for each live secret.
package enum WebhookSignature {
    /// The fields that sign one attempt.
    ///
    /// - Parameters:
    ///   - id: the message's id, the same on every attempt.
    ///   - body: the bytes as they are sent.
    ///   - timestamp: of this attempt, in Unix seconds.
    ///   - secrets: at least one.
    package static func fields(
        id: String, body: [UInt8], timestamp: Int64, secrets: [WebhookSecret]
    ) -> [HTTPField] {
        let stamped = Array("\(timestamp).".utf8) + body
        let identified = Array("\(id).".utf8) + stamped
        let hexes = secrets.map {
            "v1=" + Hex.encode(HMACSHA256.authenticate(stamped, key: Array($0.text.utf8)))
        }
        let base64s = secrets.map {
            "v1," + Base64.encode(HMACSHA256.authenticate(identified, key: $0.key))
        }
        return [
            HTTPField("TTSR-Signature", "t=\(timestamp)," + hexes.joined(separator: ",")),
            HTTPField("webhook-id", id),
            HTTPField("webhook-timestamp", String(timestamp)),
            HTTPField("webhook-signature", base64s.joined(separator: " ")),
        ]
    }

    /// Checks a received webhook in both schemes.
    ///
    /// - Parameters:
    ///   - field: looks a header field up by its lower-case name.
    ///   - body: the bytes as they were received.
    ///   - secret: the endpoint's.
    ///   - now: in Unix seconds; a timestamp more than 300 seconds away, before or after, is
    ///     refused.
    package static func verify(
        field: (String) -> String?, body: [UInt8], secret: WebhookSecret, now: Int64
    ) throws(WebhookSignatureError) {
        guard let id = field("webhook-id"), let stamp = field("webhook-timestamp"),
            let standard = field("webhook-signature"), let own = field("ttsr-signature")
        else { throw .missing }
        guard let timestamp = Int64(stamp), String(timestamp) == stamp else { throw .malformed }
        guard (now - 300...now + 300).contains(timestamp) else { throw .stale }
        let expected = fields(id: id, body: body, timestamp: timestamp, secrets: [secret])
        let parts = own.split(separator: ",").map(String.init)
        guard parts.first == "t=\(stamp)" else { throw .malformed }
        let hex = expected[0].value.split(separator: ",").last.map(String.init) ?? ""
        let base64 = expected[3].value
        let ownHolds = parts.dropFirst().contains { equal($0, hex) }
        let standardHolds = standard.split(separator: " ").contains { equal(String($0), base64) }
        guard ownHolds, standardHolds else { throw .mismatch }
    }

    private static func equal(_ a: String, _ b: String) -> Bool {
        constantTimeEqual(Array(a.utf8), Array(b.utf8))
    }
}

/// Why a received webhook is refused.
package enum WebhookSignatureError: String, Error, Sendable {
    /// A signature field is missing.
    case missing
    /// A signature field is not of its form.
    case malformed
    /// The timestamp is more than 300 seconds away.
    case stale
    /// No signature matches.
    case mismatch
}
