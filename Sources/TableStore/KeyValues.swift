/// The values of an item's key, checked against the table's definition.
struct KeyValues: Sendable, Hashable {
    let partition: AttributeValue
    let sort: AttributeValue?

    /// Equal bytes, not equal meaning: see `AttributeValue.isSame(as:)`.
    static func == (left: KeyValues, right: KeyValues) -> Bool {
        guard left.partition.isSame(as: right.partition) else { return false }
        return switch (left.sort, right.sort) {
        case (nil, nil): true
        case (let left?, let right?): left.isSame(as: right)
        default: false
        }
    }

    func hash(into hasher: inout Hasher) {
        for value in [partition, sort] {
            switch value {
            case .string(var text):
                text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            case .number(let number): hasher.combine(number)
            default: hasher.combine(0)
            }
        }
    }
}
