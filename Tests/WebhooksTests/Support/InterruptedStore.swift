import Locking
import TableStore

/// A store before whose next transaction something else happens, once.
final class InterruptedStore: TableStore {
    private let store: any TableStore
    private let interruption: Locked<(@Sendable () async throws -> Void)?>

    init(_ store: any TableStore, by interruption: @escaping @Sendable () async throws -> Void) {
        self.store = store
        self.interruption = Locked(interruption)
    }

    /// Whether it has not happened yet.
    var isWaiting: Bool { interruption.withLock { $0 != nil } }

    func transact(_ writes: [TableWrite]) async throws(TableStoreError) {
        let interrupt = interruption.withLock { interruption in
            defer { interruption = nil }
            return interruption
        }
        do {
            try await interrupt?()
        } catch {
            throw .invalid("the interruption of a test failed: \(error)")
        }
        try await store.transact(writes)
    }

    func get(_ key: TableKey, from table: String) async throws(TableStoreError) -> Item? {
        try await store.get(key, from: table)
    }

    func query(_ query: Query) async throws(TableStoreError) -> QueryPage {
        try await store.query(query)
    }

    func scan(
        _ table: String, limit: Int, after: Item?
    ) async throws(TableStoreError) -> QueryPage {
        try await store.scan(table, limit: limit, after: after)
    }

    func flush() async throws(TableStoreError) { try await store.flush() }

    func put(
        _ item: Item, into table: String, condition: Condition?
    ) async throws(TableStoreError) {
        try await store.put(item, into: table, condition: condition)
    }

    func update(
        _ key: TableKey, in table: String, _ actions: [UpdateAction], condition: Condition?
    ) async throws(TableStoreError) -> Item {
        try await store.update(key, in: table, actions, condition: condition)
    }

    func delete(
        _ key: TableKey, from table: String, condition: Condition?
    ) async throws(TableStoreError) {
        try await store.delete(key, from: table, condition: condition)
    }
}
