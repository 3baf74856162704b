/// A table's definition, checked, with the rules that follow from it.
struct TableSchema: Sendable {
    let definition: TableDefinition

    var name: String { definition.name }

    init(_ definition: TableDefinition) throws(TableStoreError) {
        self.definition = definition
        try Self.checkName(definition.name, of: "a table")
        var indexNames: Set<String> = []
        for index in definition.indexes {
            try Self.checkName(index.name, of: "an index of table \(name)")
            // SQLite compares names without regard to case.
            guard indexNames.insert(index.name.lowercased()).inserted else {
                throw .invalid("table \(name) names index \(index.name) twice")
            }
            guard index.partitionKey.name != index.sortKey?.name else {
                throw .invalid("index \(name)/\(index.name) uses one attribute twice")
            }
        }
        guard definition.partitionKey.name != definition.sortKey?.name else {
            throw .invalid("table \(name) uses one attribute twice in its key")
        }
        guard !(definition.hasStream && definition.durability == .relaxed) else {
            throw .invalid("table \(name) cannot have a stream: its durability is relaxed")
        }
        try checkKeyTypesAgree()
    }

    /// The key of a whole item.
    func key(of item: Item) throws(TableStoreError) -> KeyValues {
        let partition = try value(
            of: definition.partitionKey, in: item, bytesMax: TableLimits.partitionKeyBytesMax)
        guard let sortKey = definition.sortKey else {
            return KeyValues(partition: partition, sort: nil)
        }
        let sort = try value(of: sortKey, in: item, bytesMax: TableLimits.sortKeyBytesMax)
        return KeyValues(partition: partition, sort: sort)
    }

    /// The key of an item that is nothing but its key.
    func exactKey(_ key: TableKey) throws(TableStoreError) -> KeyValues {
        guard key.count == (definition.sortKey == nil ? 1 : 2) else {
            throw .invalid("a key of table \(name) has exactly the table's key attributes")
        }
        return try self.key(of: key)
    }

    /// The item's key attributes.
    func keyAttributes(of key: KeyValues) -> TableKey {
        var attributes: TableKey = [definition.partitionKey.name: key.partition]
        if let sortKey = definition.sortKey { attributes[sortKey.name] = key.sort }
        return attributes
    }

    /// The item's key in every index; nil for an index it is not in.
    func indexKeys(of item: Item) throws(TableStoreError) -> [KeyValues?] {
        var keys: [KeyValues?] = []
        for index in definition.indexes { keys.append(try key(of: item, in: index)) }
        return keys
    }

    /// When the item expires, Unix seconds; an attribute of another type expires never, as in
    /// DynamoDB.
    func expirySeconds(of item: Item) -> Int64? {
        definition.expiryAttribute.flatMap { item[$0]?.number }
    }

    /// Whether the item's expiry has come.
    func isExpired(_ item: Item, nowMs: Int64) -> Bool {
        expirySeconds(of: item).map { $0 <= Self.seconds(nowMs) } ?? false
    }

    /// Whole seconds since 1970; a time within a second belongs to the second that has begun.
    static func seconds(_ milliseconds: Int64) -> Int64 {
        milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    }

    /// Whether the attribute belongs to the table's own key.
    func isKey(_ name: String) -> Bool {
        name == definition.partitionKey.name || name == definition.sortKey?.name
    }

    /// Checks one key value's presence, type and size.
    func value(
        of attribute: KeyAttribute, in item: Item, bytesMax: Int
    ) throws(TableStoreError) -> AttributeValue {
        guard let value = item[attribute.name] else {
            throw .invalid("table \(name) needs the key attribute \(attribute.name)")
        }
        try check(value, is: attribute, bytesMax: bytesMax)
        return value
    }

    /// Checks one key value's type and size.
    func check(
        _ value: AttributeValue, is attribute: KeyAttribute, bytesMax: Int
    ) throws(TableStoreError) {
        switch (attribute.type, value) {
        case (.number, .number): return
        case (.string, .string(let text)):
            guard !text.isEmpty else {
                throw .invalid("key attribute \(attribute.name) of table \(name) is empty")
            }
            guard text.utf8.count <= bytesMax else {
                throw .tooLarge(
                    "key attribute \(attribute.name) of table \(name) exceeds \(bytesMax) bytes")
            }
        default:
            throw .invalid(
                "key attribute \(attribute.name) of \(name) is not a \(attribute.type.rawValue)"
            )
        }
    }

    private func key(
        of item: Item, in index: IndexDefinition
    ) throws(TableStoreError) -> KeyValues? {
        let partition = item[index.partitionKey.name]
        let sort = index.sortKey.flatMap { item[$0.name] }
        // A wrong type is refused even where the other attribute is absent, as in DynamoDB.
        if let partition {
            try check(
                partition, is: index.partitionKey, bytesMax: TableLimits.partitionKeyBytesMax)
        }
        if let sort, let sortKey = index.sortKey {
            try check(sort, is: sortKey, bytesMax: TableLimits.sortKeyBytesMax)
        }
        guard let partition, index.sortKey == nil || sort != nil else { return nil }
        return KeyValues(partition: partition, sort: sort)
    }

    /// An attribute used in several keys has one type, else no item could satisfy both.
    private func checkKeyTypesAgree() throws(TableStoreError) {
        var types: [String: KeyAttribute.ValueType] = [:]
        var attributes = [definition.partitionKey, definition.sortKey]
        for index in definition.indexes { attributes += [index.partitionKey, index.sortKey] }
        for case let attribute? in attributes {
            guard !attribute.name.isEmpty else {
                throw .invalid("table \(name) has a key attribute without a name")
            }
            guard
                types.updateValue(attribute.type, forKey: attribute.name) ?? attribute.type
                    == attribute.type
            else {
                throw .invalid("table \(name) gives attribute \(attribute.name) two types")
            }
        }
    }

    private static func checkName(_ name: String, of owner: String) throws(TableStoreError) {
        let isValid = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isValid, (1...255).contains(name.utf8.count) else {
            throw .invalid("\(owner) has a name that is not 1 to 255 of A-Z a-z 0-9 _ - .")
        }
    }
}
