/// A range of scores and what to do about it.
struct Band: Sendable, Hashable {
    /// The first score above the band; nil for the last band.
    let below: FixedDecimal?
    let label: String
    let action: Action
}

extension [Band] {
    /// The band in which a score lies; the bands ascend and the last one has no limit.
    func action(for score: FixedDecimal) -> Action {
        for band in self {
            guard let below = band.below, score >= below else { return band.action }
        }
        return .hold
    }
}
