/// One line of the explanation of a score.
public struct Reason: Sendable, Hashable {
    /// The code of the line that stands for all factors beyond the card's number of lines.
    public static let otherFactorsCode = "OTHER_FACTORS"
    /// What that line names as its factor; no factor can have this identifier.
    public static let otherFactorsID = "other_factors"

    /// What counted, as a code of the card.
    public let code: String
    /// The identifier of the factor that counted.
    public let factor: String
    /// What it added to the score, in whole output quanta.
    public let points: FixedDecimal
    /// The points with the card's number of decimals, such as `21.0`.
    public let pointsText: String
}
