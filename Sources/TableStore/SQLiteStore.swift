import Glibc

/// A table store in a SQLite file, for any number of threads and processes at once.
///
/// Tables of full durability live in the file at `path`: its write-ahead log is flushed before a
/// write returns, so what has returned outlives a power loss as far as the disk keeps its word.
/// Writers who come together share a transaction and its flush. Tables of relaxed durability live
/// in `<path>-relaxed` without a flush; one transaction cannot span both files, and one that tries
/// is refused. Beside each file lies `<file>-lock`, which puts the writers in a queue; another
/// program may use the database with SQLite alone.
///
/// Calls do their work before they return to the caller's executor: a write may wait for other
/// writers, up to `busyTimeoutMs`.
///
/// Source: <https://www.sqlite.org/wal.html>
public final class SQLiteStore: TableStore {
    private let schemas: [String: TableSchema]
    private let now: @Sendable () -> Int64
    private let full: SQLiteFile?
    private let relaxed: SQLiteFile?

    /// The system's clock, Unix milliseconds.
    public static let systemClock: @Sendable () -> Int64 = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Opens a store, and makes its file and tables where they are not there yet.
    ///
    /// - Parameters:
    ///   - path: the SQLite file; its folder must exist.
    ///   - tables: the definitions; a table that is in the file must be defined in the same way
    ///     there.
    ///   - now: the clock that expiry and change records go by, Unix milliseconds.
    ///   - busyTimeoutMs: how long a call waits for other writers before it throws `busy`.
    /// - Throws: `invalid` for definitions that contradict themselves or the file, `corrupt` for a
    ///   file that is no SQLite database, `unavailable` where it cannot be opened.
    public init(
        path: String, tables: [TableDefinition],
        now: @escaping @Sendable () -> Int64 = SQLiteStore.systemClock, busyTimeoutMs: Int = 5000
    ) throws(TableStoreError) {
        var schemas: [String: TableSchema] = [:]
        for definition in tables {
            guard schemas[definition.name] == nil else {
                throw .invalid("table \(definition.name) is defined twice")
            }
            schemas[definition.name] = try TableSchema(definition)
        }
        self.schemas = schemas
        self.now = now
        full = try Self.open(
            path, Array(schemas.values), durability: .full, busyTimeoutMs: busyTimeoutMs)
        relaxed = try Self.open(
            path + "-relaxed", Array(schemas.values), durability: .relaxed,
            busyTimeoutMs: busyTimeoutMs)
    }

    /// Closes the files; every later call throws `unavailable`.
    public func close() {
        full?.close()
        relaxed?.close()
    }

    /// Reads one item.
    public func get(
        _ key: TableKey, from table: String
    ) async throws(TableStoreError) -> Item? {
        let schema = try schema(table)
        let key = try schema.exactKey(key)
        let nowMs = now()
        return try withDatabase(of: schema) { database throws(TableStoreError) in
            try database.table(schema.name).row(key, nowMs: nowMs)?.item
        }
    }

    /// Reads a page of one partition.
    public func query(_ query: Query) async throws(TableStoreError) -> QueryPage {
        let prepared = try PreparedQuery(query, schema: schema(query.table))
        let nowMs = now()
        return try withDatabase(of: prepared.schema) { database throws(TableStoreError) in
            try database.table(prepared.schema.name).page(prepared, nowMs: nowMs)
        }
    }

    /// Reads a page of a whole table.
    public func scan(
        _ table: String, limit: Int, after: Item?
    ) async throws(TableStoreError) -> QueryPage {
        let schema = try schema(table)
        guard (1...TableLimits.queryLimitMax).contains(limit) else {
            throw .invalid("a scan's limit is 1 to \(TableLimits.queryLimitMax)")
        }
        let after = try after.map { item throws(TableStoreError) in try schema.exactKey(item) }
        let nowMs = now()
        return try withDatabase(of: schema) { database throws(TableStoreError) in
            try database.table(schema.name).scan(after: after, limit: limit, nowMs: nowMs)
        }
    }

    /// Makes sure that whatever reads have shown outlives a power loss.
    public func flush() async throws(TableStoreError) {
        try full?.flush()
    }

    /// Stores an item.
    public func put(
        _ item: Item, into table: String, condition: Condition?
    ) async throws(TableStoreError) {
        _ = try perform(.put(item, into: table, condition: condition))
    }

    /// Changes attributes of an item.
    @discardableResult public func update(
        _ key: TableKey, in table: String, _ actions: [UpdateAction], condition: Condition?
    ) async throws(TableStoreError) -> Item {
        // An update always leaves an item.
        try perform(.update(key, in: table, actions, condition: condition)) ?? key
    }

    /// Removes an item.
    public func delete(
        _ key: TableKey, from table: String, condition: Condition?
    ) async throws(TableStoreError) {
        _ = try perform(.delete(key, from: table, condition: condition))
    }

    /// Does all of the writes, or none.
    public func transact(_ writes: [TableWrite]) async throws(TableStoreError) {
        guard !writes.isEmpty else { throw .invalid("a transaction without writes") }
        guard writes.count <= TableLimits.transactionWritesMax else {
            throw .tooLarge("a transaction exceeds \(TableLimits.transactionWritesMax) writes")
        }
        _ = try perform(writes)
    }
}

extension SQLiteStore {
    private func perform(_ write: TableWrite) throws(TableStoreError) -> Item? {
        do {
            return try perform([write])
        } catch .transactionCancelled {
            throw .conditionFailed
        }
    }

    private func perform(_ writes: [TableWrite]) throws(TableStoreError) -> Item? {
        var prepared: [PreparedWrite] = []
        prepared.reserveCapacity(writes.count)
        for write in writes { prepared.append(try PreparedWrite(write, schema: schema)) }
        try PreparedWrite.check(prepared)
        let first = prepared[0].schema
        guard
            prepared.allSatisfy({
                $0.schema.definition.durability == first.definition.durability
            })
        else {
            throw .invalid("a transaction spans tables of full and of relaxed durability")
        }
        return try file(of: first).write(prepared, nowMs: now())
    }

    private func schema(_ table: String) throws(TableStoreError) -> TableSchema {
        guard let schema = schemas[table] else { throw .unknownTable(table) }
        return schema
    }

    private func withDatabase<Result: Sendable>(
        of schema: TableSchema, _ body: (SQLiteDatabase) throws(TableStoreError) -> Result
    ) throws(TableStoreError) -> Result {
        try file(of: schema).read(body)
    }

    private func file(of schema: TableSchema) throws(TableStoreError) -> SQLiteFile {
        let file = schema.definition.durability == .full ? full : relaxed
        guard let file else { throw SQLiteConnection.closed }
        return file
    }

    /// Opens the file of one durability; nil where no table has it.
    private static func open(
        _ path: String, _ schemas: [TableSchema], durability: TableDefinition.Durability,
        busyTimeoutMs: Int
    ) throws(TableStoreError) -> SQLiteFile? {
        let own = schemas.filter { $0.definition.durability == durability }
        guard !own.isEmpty else { return nil }
        return try SQLiteFile(
            path: path, tables: own, durability: durability, busyTimeoutMs: busyTimeoutMs)
    }
}
