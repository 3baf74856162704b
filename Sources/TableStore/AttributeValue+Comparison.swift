extension AttributeValue {
    /// Whether a store takes both for the same value: strings by their bytes, not by their meaning.
    ///
    /// Swift's `==` calls a composed and a decomposed "é" equal; the tables do not.
    func isSame(as other: AttributeValue) -> Bool {
        switch (self, other) {
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.number(let left), .number(let right)): left == right
        case (.bool(let left), .bool(let right)): left == right
        case (.binary(let left), .binary(let right)): left == right
        case (.null, .null): true
        case (.list(let left), .list(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.map(let left), .map(let right)): Self.areSame(left, right)
        default: false
        }
    }

    /// Whether two items are the same to a store.
    static func areSame(_ left: Item, _ right: Item) -> Bool {
        left.count == right.count
            && left.allSatisfy { name, value in
                right[name].map(value.isSame(as:)) ?? false
            }
    }

    /// Whether this value comes before the other; nil where they have no common order.
    func precedes(_ other: AttributeValue) -> Bool? {
        switch (self, other) {
        case (.string(let left), .string(let right)):
            left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.number(let left), .number(let right)): left < right
        case (.binary(let left), .binary(let right)): left.lexicographicallyPrecedes(right)
        default: nil
        }
    }

    /// Whether values of this type have an order.
    var isOrdered: Bool {
        switch self {
        case .string, .number, .binary: true
        case .bool, .null, .list, .map: false
        }
    }
}
