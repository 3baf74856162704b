import StrictJSON

extension Scorecard {
    /// Proves that no input can take the sum out of the range in which it is exact everywhere.
    ///
    /// The bound is 2⁵³ units of 10⁻¹², so that the card is exact too in a language whose only
    /// numbers are doubles.
    func proveNoOverflow(_ root: CardNode) throws(ScorecardError) {
        let bound = Int128(1) << 53
        var magnitude = Int128(base.millionths.magnitude) * 1_000_000
        let baseNode = try root.member("base")
        try baseNode.require(magnitude < bound, .overflow)
        for (index, factor) in factors.enumerated() {
            magnitude += factor.magnitudeMax(signals)
            guard magnitude < bound else {
                throw ScorecardError(pointer: "/factors/\(index)", code: .overflow)
            }
        }
    }

    /// Runs the regression vectors that the card carries.
    func runVectors(_ root: CardNode) throws(ScorecardError) {
        for node in try root.member("vectors").elements(1...256) {
            try node.allowOnly(["in", "score", "action"])
            let input = try node.member("in")
            guard case .success(let signals) = readSignals(try input.numbers(), at: "") else {
                throw input.failure(.vectorFailed)
            }
            let decision = evaluate(signals)
            let score = try node.member("score")
            try score.require(try score.string() == decision.scoreText, .vectorFailed)
            let action = try node.member("action")
            try action.require(try action.string() == decision.action.rawValue, .vectorFailed)
        }
    }
}

extension CardNode {
    /// The object of numbers that an object of decimal strings stands for.
    fileprivate func numbers() throws(ScorecardError) -> JSONValue {
        var numbers: [JSONMember] = []
        for (name, node) in try members() {
            guard let number = JSONNumber(text: try node.string()) else {
                throw node.failure(.syntax)
            }
            numbers.append(JSONMember(name, .number(number)))
        }
        return .object(numbers)
    }
}
