public import StrictJSON

/// The signals of one input, checked against the definitions of a card.
public struct SignalValues: Sendable, Hashable {
    /// One entry per signal of the card, in the card's order.
    public let values: [SignalValue]
    /// What the values were checked against.
    let definitions: [SignalDefinition]

    /// The signals that were given: canonical names, each number in its shortest form.
    ///
    /// Two inputs that mean the same give the same object, whatever names, member order or trailing
    /// zeros they were written with.
    public func json() -> JSONValue {
        .object(
            values.compactMap { signal in
                signal.value.map { JSONMember(signal.name, .number($0.jsonNumber)) }
            })
    }
}

extension FixedDecimal {
    /// The value as a JSON number in its shortest form.
    public var jsonNumber: JSONNumber {
        guard let number = JSONNumber(text: text) else {
            preconditionFailure("the text of a fixed decimal is a JSON number")
        }
        return number
    }
}
