/// One summand of a score.
struct Factor: Sendable, Hashable {
    /// How a factor turns signals into points.
    enum Kind: Sendable, Hashable {
        /// The weight times the value of one signal, given by its index among the card's signals.
        case linear(signal: Int, weight: FixedDecimal)
    }

    let id: String
    let kind: Kind
    let code: String
    let group: String

    /// The index of the signal the factor reads.
    var signal: Int {
        switch kind {
        case .linear(let signal, _): signal
        }
    }

    /// The exact points, in units of 10⁻¹².
    ///
    /// The card's overflow proof bounds every product of a checked value well below 2⁶³.
    func points(_ values: [FixedDecimal]) -> Int64 {
        switch kind {
        case .linear(let signal, let weight): weight.millionths * values[signal].millionths
        }
    }

    /// The largest magnitude that the points can have, in units of 10⁻¹².
    func magnitudeMax(_ signals: [SignalDefinition]) -> Int128 {
        switch kind {
        case .linear(let signal, let weight):
            let range = signals[signal].range
            let value = max(
                range.lowerBound.millionths.magnitude, range.upperBound.millionths.magnitude)
            return Int128(weight.millionths.magnitude) * Int128(value)
        }
    }
}
