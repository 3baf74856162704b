extension Condition {
    /// Whether the condition holds of an item; nil is an item that is absent.
    func holds(of item: Item?) -> Bool {
        switch self {
        case .exists(let name): item?[name] != nil
        case .absent(let name): item?[name] == nil
        case .equals(let name, let value): item?[name]?.isSame(as: value) ?? false
        case .notEquals(let name, let value): !(item?[name]?.isSame(as: value) ?? false)
        case .lessThan(let name, let value): item?[name]?.precedes(value) ?? false
        case .lessOrEqual(let name, let value): item?[name].flatMap(value.precedes) == false
        case .greaterThan(let name, let value): item?[name].flatMap(value.precedes) ?? false
        case .greaterOrEqual(let name, let value): item?[name]?.precedes(value) == false
        case .beginsWith(let name, let prefix):
            item?[name]?.string?.utf8.starts(with: prefix.utf8) ?? false
        case .all(let conditions): conditions.allSatisfy { $0.holds(of: item) }
        case .any(let conditions): conditions.contains { $0.holds(of: item) }
        case .not(let condition): !condition.holds(of: item)
        }
    }

    /// Refuses a condition that no item could make sense of.
    func validate(depth: Int = 0) throws(TableStoreError) {
        guard depth <= TableLimits.depthMax else {
            throw .invalid("a condition is nested deeper than \(TableLimits.depthMax) levels")
        }
        switch self {
        case .exists, .absent, .equals, .notEquals, .beginsWith: return
        case .lessThan(let name, let value), .lessOrEqual(let name, let value),
            .greaterThan(let name, let value), .greaterOrEqual(let name, let value):
            guard value.isOrdered else {
                throw .invalid("attribute \(name) is compared with a value that has no order")
            }
        case .all(let conditions), .any(let conditions):
            for condition in conditions { try condition.validate(depth: depth + 1) }
        case .not(let condition): try condition.validate(depth: depth + 1)
        }
    }
}
