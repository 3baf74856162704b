import Crypto
import Locking
package import Scorecard
import StrictJSON
import TextEncoding

/// A validated card with its identity.
package struct PublishedCard: Sendable {
    package let card: Scorecard
    private let knownHash = Locked<String?>(nil)

    /// Validates a card's document.
    ///
    /// - Parameter bytes: the card as JSON, at most 1 MiB.
    /// - Throws: `JSONReadError` or `ScorecardError`, which name the place.
    package init(document bytes: [UInt8]) throws {
        let limits = JSONLimits(bytesMax: 1_048_576, depthMax: 16)
        card = try Scorecard(document: StrictJSON.parse(bytes, limits: limits))
    }

    /// `sha256:` and the hex hash of the card's canonical JSON: the card's true name.
    ///
    /// Made when it is first asked for: a process's first digest lets libcrypto build its tables,
    /// which takes longer than the whole rest of a function's init phase.
    package var hash: String {
        knownHash.withLock { known in
            if let known { return known }
            let hash = "sha256:" + Hex.encode(SHA256.hash(card.canonical))
            known = hash
            return hash
        }
    }

    /// The travel card that this software was built with.
    package static func travel() throws -> PublishedCard {
        try PublishedCard(document: PackageResources.travel_v0_rules_json)
    }
}
