/// Tables of items with DynamoDB's semantics, whatever keeps them.
///
/// A write either happened wholly and is durable as its table's definition says, or threw and left
/// nothing; only `unavailable` from a store across a network may leave that open. An item whose
/// expiry has come is absent for every read, query and condition, even before it is physically
/// removed.
///
/// Limits, checked before anything is written: 400 KB an item (DynamoDB's count: UTF-8 bytes of
/// names and values), 32 levels of nesting, 2,048 bytes a partition key, 1,024 bytes a sort key,
/// 100 writes and 4 MB a transaction.
public protocol TableStore: Sendable {
    /// Reads one item, consistently: every write that returned before is seen.
    ///
    /// - Parameters:
    ///   - key: exactly the table's key attributes.
    ///   - table: the table's name.
    /// - Returns: the item; nil when it is absent or has expired.
    func get(_ key: TableKey, from table: String) async throws(TableStoreError) -> Item?

    /// Reads a page of one partition in the order of its sort key.
    ///
    /// A partition that does not exist is an empty page. A query of the table's own key is
    /// consistent; of an index it may lag behind on stores that keep indexes asynchronously. Index
    /// order is the index's sort key, and for equal keys an order that is stable but means nothing.
    func query(_ query: Query) async throws(TableStoreError) -> QueryPage

    /// Reads a page of a whole table, in no order that means anything: for operators, not for
    /// requests.
    ///
    /// What changes while pages are read may be in a later page or not.
    ///
    /// - Parameters:
    ///   - table: the table's name.
    ///   - limit: how many items at most, from 1 to 1,000.
    ///   - after: where the page before ended; nil begins.
    func scan(
        _ table: String, limit: Int, after: Item?
    ) async throws(TableStoreError) -> QueryPage

    /// Makes sure that whatever reads have shown outlives a power loss.
    ///
    /// A write is durable when it returns to its own caller. A read may show it a moment earlier:
    /// whoever passes on what it has read as a fact calls this first.
    func flush() async throws(TableStoreError)

    /// Stores an item in the place of whatever has its key; the same put twice leaves the same
    /// table.
    ///
    /// - Parameters:
    ///   - item: all attributes; those of the key must be there with their types.
    ///   - table: the table's name.
    ///   - condition: what must hold of the item that is there now; else `conditionFailed`.
    func put(
        _ item: Item, into table: String, condition: Condition?
    ) async throws(TableStoreError)

    /// Changes attributes of an item, which comes into being where it was absent.
    ///
    /// - Parameters:
    ///   - key: exactly the table's key attributes.
    ///   - table: the table's name.
    ///   - actions: each attribute at most once, none of the key; may be empty.
    ///   - condition: what must hold of the item before the change; else `conditionFailed`.
    /// - Returns: the whole item after the change (DynamoDB's `ALL_NEW`).
    @discardableResult func update(
        _ key: TableKey, in table: String, _ actions: [UpdateAction], condition: Condition?
    ) async throws(TableStoreError) -> Item

    /// Removes an item; where it is absent nothing happens, and that is no error.
    ///
    /// - Parameters:
    ///   - key: exactly the table's key attributes.
    ///   - table: the table's name.
    ///   - condition: what must hold of the item that is there now; else `conditionFailed`.
    func delete(
        _ key: TableKey, from table: String, condition: Condition?
    ) async throws(TableStoreError)

    /// Does all of the writes, or none and throws `transactionCancelled` with the failed
    /// conditions.
    ///
    /// Every condition sees the tables as they were before the transaction. An item may be named by
    /// one write only; 1 to 100 writes. Calling again after an unknown outcome is safe only if the
    /// writes' own conditions make it so.
    func transact(_ writes: [TableWrite]) async throws(TableStoreError)
}

extension TableStore {
    /// Stores an item in the place of whatever has its key, on no condition.
    public func put(_ item: Item, into table: String) async throws(TableStoreError) {
        try await put(item, into: table, condition: nil)
    }

    /// Changes attributes of an item on no condition.
    @discardableResult public func update(
        _ key: TableKey, in table: String, _ actions: [UpdateAction]
    ) async throws(TableStoreError) -> Item {
        try await update(key, in: table, actions, condition: nil)
    }

    /// Removes an item on no condition.
    public func delete(_ key: TableKey, from table: String) async throws(TableStoreError) {
        try await delete(key, from: table, condition: nil)
    }
}
