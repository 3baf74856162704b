/// A query that has been checked against its table.
struct PreparedQuery: Sendable {
    let query: Query
    let schema: TableSchema
    /// The index's position; nil is the table's own key.
    let index: Int?
    let partitionKey: KeyAttribute
    let sortKey: KeyAttribute?

    init(_ query: Query, schema: TableSchema) throws(TableStoreError) {
        self.query = query
        self.schema = schema
        if let name = query.index {
            let indexes = schema.definition.indexes
            guard let position = indexes.firstIndex(where: { $0.name == name }) else {
                throw .unknownTable("\(schema.name)/\(name)")
            }
            index = position
            partitionKey = indexes[position].partitionKey
            sortKey = indexes[position].sortKey
        } else {
            index = nil
            partitionKey = schema.definition.partitionKey
            sortKey = schema.definition.sortKey
        }
        guard (1...TableLimits.queryLimitMax).contains(query.limit) else {
            throw .invalid("a query's limit is 1 to \(TableLimits.queryLimitMax)")
        }
        try schema.check(
            query.partition, is: partitionKey, bytesMax: TableLimits.partitionKeyBytesMax)
        try checkSort()
        try checkAfter()
    }

    /// Where the page after the one that ends with this item begins.
    func next(after item: Item) -> Item {
        let definition = schema.definition
        let attributes = [definition.partitionKey, definition.sortKey, partitionKey, sortKey]
        var next: Item = [:]
        for case let attribute? in attributes { next[attribute.name] = item[attribute.name] }
        return next
    }

    private func checkSort() throws(TableStoreError) {
        guard let sort = query.sort else { return }
        guard let sortKey else {
            throw .invalid("a query of table \(schema.name) has a condition on a missing sort key")
        }
        func check(_ value: AttributeValue) throws(TableStoreError) {
            try schema.check(value, is: sortKey, bytesMax: TableLimits.sortKeyBytesMax)
        }
        switch sort {
        case .equals(let value), .lessThan(let value), .lessOrEqual(let value),
            .greaterThan(let value), .greaterOrEqual(let value):
            try check(value)
        case .between(let lower, let upper):
            try check(lower)
            try check(upper)
            guard upper.precedes(lower) == false else {
                throw .invalid("a query of table \(schema.name) has its bounds in reverse")
            }
        case .beginsWith(let prefix):
            try check(.string(prefix))
        }
    }

    private func checkAfter() throws(TableStoreError) {
        guard let after = query.after else { return }
        _ = try schema.key(of: after)
        for case let attribute? in [partitionKey, sortKey] {
            guard let value = after[attribute.name] else {
                throw .invalid("a query of table \(schema.name) continues after no key of its own")
            }
            try schema.check(
                value, is: attribute,
                bytesMax: attribute == partitionKey
                    ? TableLimits.partitionKeyBytesMax : TableLimits.sortKeyBytesMax)
        }
        var isWithin = after[partitionKey.name]?.isSame(as: query.partition) == true
        if case .equals(let value) = query.sort, let sortKey {
            isWithin = isWithin && after[sortKey.name]?.isSame(as: value) == true
        }
        guard isWithin else {
            throw .invalid("a query of table \(schema.name) continues outside of what it asks for")
        }
    }
}
