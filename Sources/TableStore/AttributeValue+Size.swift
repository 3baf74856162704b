extension AttributeValue {
    /// The value's bytes as DynamoDB counts them.
    ///
    /// Source: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
    ///
    /// - Parameter depth: the levels of lists and maps around the value.
    /// - Throws: `tooLarge` for more than 32 levels.
    func sizeBytes(depth: Int = 0) throws(TableStoreError) -> Int {
        guard depth <= TableLimits.depthMax else {
            throw .tooLarge("an attribute is nested deeper than \(TableLimits.depthMax) levels")
        }
        switch self {
        case .string(let text): return text.utf8.count
        case .number(let number): return Self.numberBytes(number)
        case .bool, .null: return 1
        case .binary(let bytes): return bytes.count
        case .list(let values):
            var size = 3 + values.count
            for value in values { size += try value.sizeBytes(depth: depth + 1) }
            return size
        case .map(let members):
            return try 3 + members.count + Self.sizeBytes(of: members, depth: depth + 1)
        }
    }

    /// An item's bytes: names and values.
    static func sizeBytes(of item: Item, depth: Int = 0) throws(TableStoreError) -> Int {
        var size = 0
        for (name, value) in item {
            let nameBytes = name.utf8.count
            guard nameBytes <= TableLimits.nameBytesMax else {
                throw .tooLarge("an attribute's name exceeds \(TableLimits.nameBytesMax) bytes")
            }
            size += try nameBytes + value.sizeBytes(depth: depth)
        }
        return size
    }

    /// Two decimal digits a byte, one more byte, and one for a sign.
    private static func numberBytes(_ number: Int64) -> Int {
        var digits = 1
        var rest = number.magnitude / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        return (digits + 1) / 2 + 1 + (number < 0 ? 1 : 0)
    }
}
