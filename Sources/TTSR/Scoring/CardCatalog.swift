import Crypto
package import Scorecard
import StrictJSON
import TextEncoding

/// A validated card with its identity.
package struct PublishedCard: Sendable {
    package let card: Scorecard
    /// `sha256:` and the hex hash of the card's canonical JSON: the card's true name.
    package let hash: String

    /// Validates a card's document.
    ///
    /// - Parameter bytes: the card as JSON, at most 1 MiB.
    /// - Throws: `JSONReadError` or `ScorecardError`, which name the place.
    package init(document bytes: [UInt8]) throws {
        let limits = JSONLimits(bytesMax: 1_048_576, depthMax: 16)
        card = try Scorecard(document: StrictJSON.parse(bytes, limits: limits))
        hash = "sha256:" + Hex.encode(SHA256.hash(card.canonical))
    }

    /// The travel card that this software was built with.
    package static func travel() throws -> PublishedCard {
        try PublishedCard(document: PackageResources.travel_v0_rules_json)
    }
}
