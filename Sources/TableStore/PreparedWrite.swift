/// A write whose every check that needs no stored item has been made.
///
/// It is made before the writer's lock is taken: others are not kept waiting for the encoding.
struct PreparedWrite: Sendable {
    enum Change: Sendable {
        case put(EncodedItem)
        case update([UpdateAction])
        case delete
        case check
    }

    let schema: TableSchema
    let key: KeyValues
    let change: Change
    let condition: Condition?
    /// What the write adds to the transaction's size.
    let sizeBytes: Int

    init(
        _ write: TableWrite, schema: (String) throws(TableStoreError) -> TableSchema
    ) throws(TableStoreError) {
        switch write {
        case .put(let item, let table, let condition):
            self.schema = try schema(table)
            let encoded = try EncodedItem(item, of: self.schema)
            key = encoded.key
            change = .put(encoded)
            sizeBytes = encoded.sizeBytes
            self.condition = condition
        case .update(let key, let table, let actions, let condition):
            self.schema = try schema(table)
            self.key = try self.schema.exactKey(key)
            change = .update(actions)
            sizeBytes = try Self.check(actions, of: self.schema)
            self.condition = condition
        case .delete(let key, let table, let condition):
            self.schema = try schema(table)
            self.key = try self.schema.exactKey(key)
            change = .delete
            sizeBytes = 0
            self.condition = condition
        case .check(let key, let table, let condition):
            self.schema = try schema(table)
            self.key = try self.schema.exactKey(key)
            change = .check
            sizeBytes = 0
            self.condition = condition
        }
        try self.condition?.validate()
    }

    /// Whether the stored item must be read before the write.
    var needsRow: Bool {
        if condition != nil || schema.definition.hasStream { return true }
        if case .update = change { return true }
        return false
    }

    /// Checks a whole transaction: its size, and that no item is named twice.
    static func check(_ writes: [PreparedWrite]) throws(TableStoreError) {
        guard writes.reduce(0, { $0 + $1.sizeBytes }) <= TableLimits.transactionBytesMax else {
            throw tooLargeTransaction
        }
        guard writes.count > 1 else { return }
        var keys: [String: Set<KeyValues>] = [:]
        for write in writes {
            guard keys[write.schema.name, default: []].insert(write.key).inserted else {
                throw .invalid("a transaction names one item of table \(write.schema.name) twice")
            }
        }
    }

    static let tooLargeTransaction = TableStoreError.tooLarge(
        "a transaction exceeds \(TableLimits.transactionBytesMax) bytes")

    /// Checks an update's actions.
    ///
    /// - Returns: the bytes they bring.
    private static func check(
        _ actions: [UpdateAction], of schema: TableSchema
    ) throws(TableStoreError) -> Int {
        var names: Set<String> = []
        var sizeBytes = 0
        for action in actions {
            let name = action.attribute
            guard !name.isEmpty, names.insert(name).inserted else {
                throw .invalid("an update of table \(schema.name) names attribute \(name) twice")
            }
            guard !schema.isKey(name) else {
                throw .invalid("an update of table \(schema.name) changes key attribute \(name)")
            }
            sizeBytes += try name.utf8.count + (action.value?.sizeBytes() ?? 0)
        }
        return sizeBytes
    }
}
