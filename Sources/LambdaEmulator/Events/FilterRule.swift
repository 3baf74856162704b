internal import StrictJSON

/// One rule of a filter's pattern, about the value of one member.
enum FilterRule: Sendable, Hashable {
    /// An operator of `numeric`.
    enum Comparison: String, Sendable {
        case less = "<"
        case lessOrEqual = "<="
        case equal = "="
        case greaterOrEqual = ">="
        case greater = ">"

        func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .less: left < right
            case .lessOrEqual: left <= right
            case .equal: left == right
            case .greaterOrEqual: left >= right
            case .greater: left > right
            }
        }
    }

    /// One bound of `numeric`.
    struct Bound: Sendable, Hashable {
        let comparison: Comparison
        let number: Double
    }

    case equals(JSONValue)
    case prefix(String)
    case suffix(String)
    case equalsIgnoringCase(String)
    indirect case anythingBut([FilterRule])
    case numeric([Bound])
    case exists(Bool)

    /// Nil for what is no rule.
    init?(_ value: JSONValue) {
        guard let members = value.object else {
            guard value.array == nil else { return nil }
            self = .equals(value)
            return
        }
        guard members.count == 1, let member = members.first else { return nil }
        let text = member.value.string
        switch member.name {
        case "prefix": self.init(text.map(FilterRule.prefix))
        case "suffix": self.init(text.map(FilterRule.suffix))
        case "equals-ignore-case": self.init(text.map(FilterRule.equalsIgnoringCase))
        case "exists": self.init(member.value.bool.map(FilterRule.exists))
        case "anything-but": self.init(Self.exceptions(member.value).map(FilterRule.anythingBut))
        case "numeric": self.init(Self.bounds(member.value).map(FilterRule.numeric))
        default: return nil
        }
    }

    private init?(_ rule: FilterRule?) {
        guard let rule else { return nil }
        self = rule
    }

    /// A value, a list of values, or one comparison of texts.
    private static func exceptions(_ value: JSONValue) -> [FilterRule]? {
        if let items = value.array {
            let isPlain = items.allSatisfy { $0.string != nil || $0.number != nil }
            return isPlain && !items.isEmpty ? items.map(FilterRule.equals) : nil
        }
        guard let rule = FilterRule(value) else { return nil }
        switch rule {
        case .equals, .prefix, .suffix, .equalsIgnoringCase: return [rule]
        case .anythingBut, .numeric, .exists: return nil
        }
    }

    /// One operator and number, or two of them.
    private static func bounds(_ value: JSONValue) -> [Bound]? {
        guard let items = value.array, items.count == 2 || items.count == 4 else { return nil }
        var bounds: [Bound] = []
        for index in stride(from: 0, to: items.count, by: 2) {
            guard let comparison = items[index].string.flatMap(Comparison.init),
                let number = items[index + 1].number.flatMap({ Double($0.text) })
            else { return nil }
            bounds.append(Bound(comparison: comparison, number: number))
        }
        return bounds
    }

    /// Whether a member that is not there satisfies it.
    var holdsOfAbsent: Bool {
        if case .exists(false) = self { true } else { false }
    }

    /// Whether a member that is there, and no object, satisfies it; of a list, one element must,
    /// and for `anything-but` all of them.
    func holds(of value: JSONValue) -> Bool {
        if case .exists(let isExpected) = self { return isExpected }
        guard let elements = value.array else { return holds(ofElement: value) }
        if case .anythingBut = self {
            return elements.allSatisfy { holds(ofElement: $0) }
        }
        return elements.contains { holds(ofElement: $0) }
    }

    private func holds(ofElement value: JSONValue) -> Bool {
        switch self {
        case .equals(let expected): return Self.areEqual(expected, value)
        case .prefix(let text): return value.string?.utf8.starts(with: text.utf8) ?? false
        case .suffix(let text):
            return value.string?.utf8.reversed().starts(with: text.utf8.reversed()) ?? false
        case .equalsIgnoringCase(let text):
            return value.string.map { $0.lowercased() == text.lowercased() } ?? false
        case .anythingBut(let rules):
            return !value.isNull && !rules.contains { $0.holds(ofElement: value) }
        case .numeric(let bounds):
            guard let number = value.number.flatMap({ Double($0.text) }) else { return false }
            return bounds.allSatisfy { $0.comparison.holds(number, $0.number) }
        case .exists(let isExpected): return isExpected
        }
    }

    /// Numbers by their values, texts by their bytes.
    private static func areEqual(_ one: JSONValue, _ other: JSONValue) -> Bool {
        switch (one, other) {
        case (.number(let left), .number(let right)): Double(left.text) == Double(right.text)
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        default: one == other
        }
    }
}
