import StrictJSON

extension CardNode {
    /// The place where a factor names its signal; refuses factors of other kinds.
    func linearFactorSignal() throws(ScorecardError) -> CardNode {
        let kind = try member("kind")
        let text = try kind.string()
        let others = ["bins", "map", "flag", "curve", "forest", "card"]
        try kind.require(text == "linear", others.contains(text) ? .unsupported : .syntax)
        return try member("signal")
    }
}

extension Factor {
    /// Reads a factor; `signals` are the names by index.
    init(node: CardNode, signals: [String]) throws(ScorecardError) {
        let signal = try node.linearFactorSignal()
        try node.allowOnly(["id", "kind", "signal", "weight", "code", "group"])
        let name = try signal.text(.identifier)
        guard let index = signals.firstIndex(of: name) else {
            throw signal.failure(.referenceUnknown)
        }
        let weight = try node.member("weight")
        let value = try weight.decimal()
        try weight.require(value != .zero, .limit)
        id = try node.member("id").text(.identifier)
        kind = .linear(signal: index, weight: value)
        code = try node.member("code").text(.code)
        group = try node.member("group").text(.identifier)
    }
}

extension Band {
    init(node: CardNode) throws(ScorecardError) {
        try node.allowOnly(["lt", "label", "action"])
        below = try node.optionalMember("lt")?.decimal()
        label = try node.member("label").text(.identifier)
        action = try node.member("action").word(
            Action.self, unsupported: ["verify_soft", "verify_strong", "block"])
    }
}

extension SignalDefinition {
    init(name: String, node: CardNode) throws(ScorecardError) {
        try node.require(CardText.identifier.matches(name), .syntax)
        try node.require(!PersonalData.isNamed(name), .personalData)
        kind = try Kind(node: node)
        var aliases: [String] = []
        if let list = try node.optionalMember("alias") {
            for alias in try list.elements(1...8) {
                let text = try alias.text(.identifier)
                try alias.require(!PersonalData.isNamed(text), .personalData)
                aliases.append(text)
            }
        }
        self.name = name
        self.aliases = aliases
        dataClass = try node.member("class").word(DataClass.self)
        let missing = try node.member("missing")
        self.missing = try Missing(node: missing)
        if case .value(let value, _) = self.missing {
            let place = try missing.member("value")
            try place.require(fault(of: value) == nil, .limit)
        }
    }
}

extension SignalDefinition.Kind {
    fileprivate init(node: CardNode) throws(ScorecardError) {
        let type = try node.member("type")
        let common = ["type", "alias", "class", "missing"]
        switch try type.string() {
        case "unit":
            try node.allowOnly(common)
            self = .unit
        case "flag":
            try node.allowOnly(common)
            self = .flag
        case "int":
            try node.allowOnly(common + ["min", "max"])
            self = .integer(try Self.range(node, decimals: 0))
        case "decimal":
            try node.allowOnly(common + ["min", "max", "decimals"])
            let decimals = try node.member("decimals").integer(0...6)
            self = .decimal(try Self.range(node, decimals: decimals), decimals: decimals)
        case "enum":
            throw type.failure(.unsupported)
        default:
            throw type.failure(.syntax)
        }
    }

    private static func range(
        _ node: CardNode, decimals: Int
    ) throws(ScorecardError) -> ClosedRange<FixedDecimal> {
        let lower = try node.member("min")
        let upper = try node.member("max")
        let (least, most) = (try lower.decimal(), try upper.decimal())
        try lower.require(least.hasAtMost(decimals: decimals), .syntax)
        try upper.require(most.hasAtMost(decimals: decimals), .syntax)
        try upper.require(least < most, .limit)
        return least...most
    }
}

extension SignalDefinition.Missing {
    fileprivate init(node: CardNode) throws(ScorecardError) {
        if let reject = try node.optionalMember("reject") {
            try node.allowOnly(["reject"])
            try reject.require(reject.value.bool == true, .type)
            self = .reject
            return
        }
        for name in ["points", "exclude"] {
            if let other = try node.optionalMember(name) { throw other.failure(.unsupported) }
        }
        try node.allowOnly(["value", "code"])
        self = .value(
            try node.member("value").decimal(), code: try node.member("code").text(.code))
    }
}
