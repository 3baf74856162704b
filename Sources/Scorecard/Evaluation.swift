extension Scorecard {
    /// Scores one input.
    ///
    /// Pure and exact: no clock, no randomness, no floating point, and one rounding, at the end.
    ///
    /// - Parameter signals: what ``readSignals(_:at:)`` gave, of this card or of one with the same
    ///   signals; anything else is a programming error and traps.
    public func evaluate(_ signals: SignalValues) -> Decision {
        precondition(signals.definitions == self.signals, "signals were read by another card")
        let values = zip(signals.values, self.signals).map { $0.value ?? $1.substitute }
        let points = factors.map { $0.points(values) }
        let sum = points.reduce(base.millionths * 1_000_000, +)
        let steps = output.rounded(sum)
        let published = output.clamped(steps)
        let shares = apportion(
            points, quantum: output.quantum, total: steps - output.steps(base))
        let score = output.value(published)
        return Decision(
            score: score, scoreText: score.formatted(decimals: output.decimals),
            action: bands.action(for: score),
            reasons: factorLines(shares) + missingLines(signals), base: base,
            cap: output.value(published - steps))
    }

    /// The factors that counted, most points first, among equals in the card's order.
    private func factorLines(_ shares: [Int64]) -> [Reason] {
        let counted = shares.indices.filter { shares[$0] != 0 }
            .sorted { shares[$0] == shares[$1] ? $0 < $1 : shares[$0] > shares[$1] }
        var lines = counted.prefix(reasonsMax).map { index in
            line(factors[index].code, factors[index].id, shares[index])
        }
        let rest = counted.dropFirst(reasonsMax)
        if !rest.isEmpty {
            let points = rest.reduce(0) { $0 + shares[$1] }
            lines.append(line(Reason.otherFactorsCode, Reason.otherFactorsID, points))
        }
        return lines
    }

    /// The signals that the input lacks, in the card's order.
    private func missingLines(_ signals: SignalValues) -> [Reason] {
        var lines: [Reason] = []
        for (index, signal) in signals.values.enumerated() where signal.value == nil {
            guard case .value(_, let code) = self.signals[index].missing else { continue }
            let factor = factors.first { $0.signal == index }
            lines.append(line(code, factor?.id ?? signal.name, 0))
        }
        return lines
    }

    private func line(_ code: String, _ factor: String, _ steps: Int64) -> Reason {
        let points = output.value(steps)
        return Reason(
            code: code, factor: factor, points: points,
            pointsText: points.formatted(decimals: output.decimals))
    }
}
