import TableStore

/// A store whose transactions fail; everything else is done by another.
struct FailingStore: TableStore {
    let base: any TableStore
    let error: TableStoreError

    func transact(_ writes: [TableWrite]) async throws(TableStoreError) {
        throw error
    }

    func get(_ key: TableKey, from table: String) async throws(TableStoreError) -> Item? {
        try await base.get(key, from: table)
    }

    func query(_ query: Query) async throws(TableStoreError) -> QueryPage {
        try await base.query(query)
    }

    func scan(
        _ table: String, limit: Int, after: Item?
    ) async throws(TableStoreError) -> QueryPage {
        try await base.scan(table, limit: limit, after: after)
    }

    func flush() async throws(TableStoreError) {
        try await base.flush()
    }

    func put(
        _ item: Item, into table: String, condition: Condition?
    ) async throws(TableStoreError) {
        try await base.put(item, into: table, condition: condition)
    }

    func update(
        _ key: TableKey, in table: String, _ actions: [UpdateAction], condition: Condition?
    ) async throws(TableStoreError) -> Item {
        try await base.update(key, in: table, actions, condition: condition)
    }

    func delete(
        _ key: TableKey, from table: String, condition: Condition?
    ) async throws(TableStoreError) {
        try await base.delete(key, from: table, condition: condition)
    }
}
