import StrictJSON

/// Reads the parts of a card's document.
struct ScorecardReader {
    private static let signalsMax = 64
    private static let factorsMax = 128
    /// The largest limit of an output, a million: far beyond any score, far below any overflow.
    private static let outputMillionthsMax: UInt64 = 1_000_000_000_000

    let root: CardNode

    /// Checks the members as such, and that what this evaluator does not do is not asked for.
    func readEnvelope() throws(ScorecardError) {
        let schema = try root.member("schema")
        try schema.require(schema.value.string == Scorecard.schema, .schema)
        try root.allowOnly([
            "schema", "id", "version", "parent", "direction", "sources", "signals", "derive",
            "combine", "base", "factors", "link", "output", "bands", "policy", "indicators",
            "reasons", "vectors",
        ])
        let parent = try root.member("parent")
        if !parent.value.isNull { _ = try parent.text(.hash) }
        try requireWord("direction", "risk", unsupported: ["trust"])
        try requireWord("combine", "sum", unsupported: ["mean"])
        let link = try root.member("link")
        try link.require(link.value.isNull, .unsupported)
        for name in ["derive", "policy", "indicators"] {
            let list = try root.member(name)
            guard let elements = list.value.array else { throw list.failure(.type) }
            try list.require(elements.isEmpty, .unsupported)
        }
    }

    private func requireWord(
        _ name: String, _ word: String, unsupported: [String]
    ) throws(ScorecardError) {
        let node = try root.member(name)
        let text = try node.string()
        try node.require(text == word, unsupported.contains(text) ? .unsupported : .syntax)
    }

    func readSources() throws(ScorecardError) -> [String] {
        var sources: [String] = []
        for node in try root.member("sources").elements(1...64) {
            let source = try node.text(.identifier)
            try node.require(!sources.contains(source), .duplicate)
            sources.append(source)
        }
        return sources
    }

    /// Reads both lists, with the signals in the order in which factors first read them.
    func readSignalsAndFactors() throws(ScorecardError) -> ([SignalDefinition], [Factor]) {
        let signalsNode = try root.member("signals")
        let members = try signalsNode.members()
        try signalsNode.require((1...Self.signalsMax).contains(members.count), .limit)
        var definitions: [String: SignalDefinition] = [:]
        for (name, node) in members {
            definitions[name] = try SignalDefinition(name: name, node: node)
        }
        let factorNodes = try root.member("factors").elements(1...Self.factorsMax)
        var order: [String] = []
        for node in factorNodes {
            let signal = try node.linearFactorSignal()
            let name = try signal.text(.identifier)
            try signal.require(definitions[name] != nil, .referenceUnknown)
            if !order.contains(name) { order.append(name) }
        }
        order += definitions.keys.filter { !order.contains($0) }.sorted()
        var factors: [Factor] = []
        for node in factorNodes {
            let factor = try Factor(node: node, signals: order)
            let id = try node.member("id")
            try id.require(!factors.contains { $0.id == factor.id }, .duplicate)
            try id.require(factor.id != Reason.otherFactorsID, .reserved)
            factors.append(factor)
        }
        return (order.compactMap { definitions[$0] }, factors)
    }

    /// The index of each name and alias; no two may be the same.
    func readSignalIndexes(_ signals: [SignalDefinition]) throws(ScorecardError) -> [String: Int] {
        var indexes: [String: Int] = [:]
        for (index, signal) in signals.enumerated() { indexes[signal.name] = index }
        for (index, signal) in signals.enumerated() {
            for (position, alias) in signal.aliases.enumerated() {
                guard indexes.updateValue(index, forKey: alias) == nil else {
                    throw ScorecardError(
                        pointer: "/signals/\(signal.name)/alias/\(position)", code: .duplicate)
                }
            }
        }
        return indexes
    }

    func readOutput() throws(ScorecardError) -> OutputRule {
        let node = try root.member("output")
        try node.allowOnly(["min", "max", "decimals", "rounding"])
        let output = OutputRule(
            minimum: try node.member("min").decimal(), maximum: try node.member("max").decimal(),
            decimals: try node.member("decimals").integer(0...6),
            rounding: try node.member("rounding").word(OutputRule.Rounding.self))
        try node.require(output.minimum < output.maximum, .outputRange)
        for limit in [output.minimum, output.maximum] {
            try node.require(limit.hasAtMost(decimals: output.decimals), .outputRange)
            try node.require(limit.millionths.magnitude <= Self.outputMillionthsMax, .outputRange)
        }
        return output
    }

    func readBase(_ output: OutputRule) throws(ScorecardError) -> FixedDecimal {
        let node = try root.member("base")
        let base = try node.decimal()
        try node.require(base.hasAtMost(decimals: output.decimals), .baseQuantum)
        return base
    }

    func readBands(_ output: OutputRule) throws(ScorecardError) -> [Band] {
        let nodes = try root.member("bands").elements(1...16)
        var bands: [Band] = []
        var lowest = output.minimum
        for (index, node) in nodes.enumerated() {
            let band = try Band(node: node)
            try node.require((band.below == nil) == (index == nodes.count - 1), .bandOrder)
            if let previous = bands.last {
                try node.require(previous.action <= band.action, .bandOrder)
                try node.require(bands.allSatisfy { $0.label != band.label }, .duplicate)
            }
            if let below = band.below {
                try node.require(bands.isEmpty || below > lowest, .bandOrder)
                try node.require(below > lowest && below <= output.maximum, .bandUnreachable)
                lowest = below
            }
            bands.append(band)
        }
        return bands
    }

    func readReasonsMax(_ output: OutputRule) throws(ScorecardError) -> Int {
        let node = try root.member("reasons")
        try node.allowOnly(["max", "min_points", "order"])
        let least = try node.member("min_points")
        // A higher threshold would drop lines, and the lines could not add up to the score.
        try least.require(
            try least.decimal().millionths == output.quantumMillionths, .unsupported)
        let order = try node.member("order")
        try order.require(try order.string() == "desc", .unsupported)
        return try node.member("max").integer(1...Int64(Self.factorsMax))
    }
}
