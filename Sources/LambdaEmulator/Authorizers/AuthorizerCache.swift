/// The answers of an authorizer by what tells its callers apart, for as long as they hold.
struct AuthorizerCache {
    private static let countMax = 10_000

    private var entries: [[String]: (answer: AuthorizerAnswer, untilNs: Int64)] = [:]

    /// The answer that still holds.
    mutating func answer(for identity: [String], at nowNs: Int64) -> AuthorizerAnswer? {
        guard let entry = entries[identity] else { return nil }
        guard entry.untilNs > nowNs else {
            entries[identity] = nil
            return nil
        }
        return entry.answer
    }

    mutating func keep(
        _ answer: AuthorizerAnswer, for identity: [String], untilNs: Int64, at nowNs: Int64
    ) {
        if entries.count >= Self.countMax { entries = entries.filter { $0.value.untilNs > nowNs } }
        if entries.count >= Self.countMax { entries = [:] }
        entries[identity] = (answer, untilNs)
    }
}
