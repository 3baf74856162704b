// No nil literal: `item["name"] = nil` removes an attribute, and must not store a null by surprise.

extension AttributeValue: ExpressibleByStringInterpolation {
    /// Makes a `string`.
    public init(stringLiteral value: String) {
        self = .string(value)
    }
}

extension AttributeValue: ExpressibleByIntegerLiteral {
    /// Makes a `number`.
    public init(integerLiteral value: Int64) {
        self = .number(value)
    }
}

extension AttributeValue: ExpressibleByBooleanLiteral {
    /// Makes a `bool`.
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }
}

extension AttributeValue: ExpressibleByArrayLiteral {
    /// Makes a `list`.
    public init(arrayLiteral elements: AttributeValue...) {
        self = .list(elements)
    }
}

extension AttributeValue: ExpressibleByDictionaryLiteral {
    /// Makes a `map`; of two members with one name the later stays.
    public init(dictionaryLiteral elements: (String, AttributeValue)...) {
        self = .map(Dictionary(elements, uniquingKeysWith: { _, later in later }))
    }
}
