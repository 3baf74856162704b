/// A score, what to do about it, and why.
///
/// `base` + the points of all `reasons` + `cap` is exactly `score`.
public struct Decision: Sendable, Hashable {
    /// The published score.
    public let score: FixedDecimal
    /// The score with the card's number of decimals, such as `38.5`.
    public let scoreText: String
    /// The action of the band in which the published score lies.
    public let action: Action
    /// Every factor that counted, most points first, then the signals that were missing.
    public let reasons: [Reason]
    /// Where the score starts.
    public let base: FixedDecimal
    /// What the limits of the output took away (negative) or added.
    public let cap: FixedDecimal
}
