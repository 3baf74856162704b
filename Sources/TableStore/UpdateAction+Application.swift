extension UpdateAction {
    /// The attribute the action changes.
    var attribute: String {
        switch self {
        case .set(let name, _), .setIfAbsent(let name, _), .remove(let name), .add(let name, _):
            name
        }
    }

    /// The value the action brings along; nil where it brings none.
    var value: AttributeValue? {
        switch self {
        case .set(_, let value), .setIfAbsent(_, let value): value
        case .add(_, let amount): .number(amount)
        case .remove: nil
        }
    }

    /// Makes the change.
    ///
    /// Applying actions one after another shows each the item before the update only because
    /// an update names an attribute once.
    func apply(to item: inout Item) throws(TableStoreError) {
        switch self {
        case .set(let name, let value): item[name] = value
        case .setIfAbsent(let name, let value):
            if item[name] == nil { item[name] = value }
        case .remove(let name): item[name] = nil
        case .add(let name, let amount):
            guard case .number(let number) = item[name] ?? .number(0) else {
                throw .invalid("attribute \(name) is not a number and cannot be added to")
            }
            let (sum, overflow) = number.addingReportingOverflow(amount)
            guard !overflow else { throw .invalid("attribute \(name) would overflow 64 bits") }
            item[name] = .number(sum)
        }
    }
}
