import TableStore

/// An answer under its Idempotency-Key: what a replay gives back, byte for byte.
package struct StoredAnswer: Sendable, Hashable {
    /// Whose key: tenant, client, method and route, and the key itself. It does not depend on the
    /// token, so that a refreshed token replays.
    package let scopedKey: String
    /// ``ScoreRequest/fingerprint`` of the request that was answered.
    package let fingerprint: String
    /// The body as it was sent.
    package let body: String
    /// Unix seconds: a day after the answer.
    package let expiresAt: Int64

    /// How long a key is kept, in seconds.
    package static let lifetimeSeconds: Int64 = 86_400

    /// Names the key of one client for one route.
    package static func scopedKey(_ key: IdempotencyKey, for principal: Principal) -> String {
        "\(principal.tenant)/\(principal.clientID)/POST /v1/score/\(key.text)"
    }

    package init(scopedKey: String, fingerprint: String, body: String, expiresAt: Int64) {
        self.scopedKey = scopedKey
        self.fingerprint = fingerprint
        self.body = body
        self.expiresAt = expiresAt
    }

    /// Reads a stored item; nil if it is not an answer.
    init?(item: Item) {
        guard let scopedKey = item["scoped_key"]?.string,
            let fingerprint = item["fingerprint"]?.string, let body = item["body"]?.string,
            let expiresAt = item["expires_at"]?.number
        else { return nil }
        self.init(
            scopedKey: scopedKey, fingerprint: fingerprint, body: body, expiresAt: expiresAt)
    }

    var item: Item {
        [
            "scoped_key": .string(scopedKey), "fingerprint": .string(fingerprint),
            "body": .string(body), "expires_at": .number(expiresAt),
        ]
    }
}

/// The value of an Idempotency-Key field: 1 to 255 visible ASCII characters.
///
/// The IETF draft has the key as a quoted string; most senders leave the quotes away. Both are
/// taken, and one pair of quotes is not part of the key.
package struct IdempotencyKey: Sendable, Hashable {
    package let text: String

    /// Reads a key; nil if it is empty, too long, or has other characters.
    package init?(field: String) {
        var text = field[...]
        if text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
            text = text.dropFirst().dropLast()
        }
        guard (1...255).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != 0x2c })
        else { return nil }
        self.text = String(text)
    }
}
