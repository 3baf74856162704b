import Glibc
import Locking

/// Reads a table's change stream out of a SQLite store's file, beside the writers.
///
/// It knows no table definitions and makes nothing: while the file or the table's stream does not
/// exist, there are no changes. When the file has been replaced by another, it reads the new one.
/// Reading never makes a writer wait.
public final class SQLiteChangeReader: Sendable {
    /// Changes that were read at once.
    public struct Page: Sendable {
        /// In the order of their commits.
        public let records: [ChangeRecord]
        /// True when one of the bounds ended it, and there may be more.
        public let isFull: Bool
    }

    private struct State {
        var connection: SQLiteConnection?
        var select: SQLiteStatement?
        var identity: FileIdentity?
    }

    private let path: String
    private let table: String
    private let busyTimeoutMs: Int
    private let state = Locked(State())

    /// Names a stream; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - path: the store's file (`SQLiteStore`'s `path`).
    ///   - table: the table whose changes are wanted.
    ///   - busyTimeoutMs: how long a call waits for others before it throws `busy`.
    public init(path: String, table: String, busyTimeoutMs: Int = 5000) {
        self.path = path
        self.table = table
        self.busyTimeoutMs = busyTimeoutMs
    }

    /// Reads the changes behind a sequence number, in the order of their commits.
    ///
    /// - Parameters:
    ///   - after: the sequence of the last record that is known; 0 for none.
    ///   - limit: how many records at most, 1 to 10,000.
    /// - Returns: the records; none while the file or the stream does not exist.
    public func read(after: Int64, limit: Int) throws(TableStoreError) -> [ChangeRecord] {
        try page(after: after, limit: limit, bytesMax: .max).records
    }

    /// Reads the changes behind a sequence number, and tells whether a bound was reached.
    ///
    /// - Parameters:
    ///   - after: the sequence of the last record that is known; 0 for none.
    ///   - limit: how many records at most, 1 to 10,000.
    ///   - bytesMax: how many bytes of stored items: the record that reaches it is the last one.
    /// - Returns: no records while the file or the stream does not exist.
    public func page(after: Int64, limit: Int, bytesMax: Int) throws(TableStoreError) -> Page {
        guard (1...10_000).contains(limit) else {
            throw .invalid("a stream's limit is 1 to 10000")
        }
        return try state.withLock { state throws(TableStoreError) in
            guard let select = try statement(in: &state) else {
                return Page(records: [], isFull: false)
            }
            defer { select.reset() }
            try select.bind(1, after)
            try select.bind(2, Int64(limit))
            var records: [ChangeRecord] = []
            var bytes = 0
            while bytes < bytesMax, try select.step() {
                records.append(try ChangeRecord(select))
                bytes += try ChangeRecord.storedBytes(select)
            }
            return Page(records: records, isFull: records.count == limit || bytes >= bytesMax)
        }
    }

    /// Whether the stream goes on for so many records behind a sequence number.
    ///
    /// - Parameters:
    ///   - count: 1 at least.
    ///   - after: the sequence of the last record that is known; 0 for none.
    /// - Returns: false while the file or the stream does not exist, too.
    public func holds(_ count: Int, after: Int64) throws(TableStoreError) -> Bool {
        try state.withLock { state throws(TableStoreError) in
            guard try statement(in: &state) != nil, let connection = state.connection else {
                return false
            }
            let row = try connection.prepare(
                """
                SELECT 1 FROM \(SQLiteNames.changes(of: table)) WHERE sequence > ?1
                ORDER BY sequence LIMIT 1 OFFSET ?2
                """)
            try row.bind(1, after)
            try row.bind(2, Int64(count - 1))
            return try row.step()
        }
    }

    /// The sequence of the newest record; 0 while the file or the stream does not exist, and for a
    /// stream without any.
    public func lastSequence() throws(TableStoreError) -> Int64 {
        try state.withLock { state throws(TableStoreError) in
            guard try statement(in: &state) != nil, let connection = state.connection else {
                return 0
            }
            return try connection.integer(
                "SELECT max(sequence) FROM \(SQLiteNames.changes(of: table))") ?? 0
        }
    }

    /// Removes the records written before a time, whether or not anybody has read them.
    ///
    /// The newest record stays whatever its time: the next one's sequence follows from it. Each
    /// transaction removes 1,000 records at most, so a writer waits for a moment only.
    ///
    /// - Parameter beforeMs: Unix milliseconds, compared with the records' `atMs`.
    public func trim(beforeMs: Int64) throws(TableStoreError) {
        let exists = try state.withLock { state throws(TableStoreError) in
            try statement(in: &state) != nil
        }
        guard exists else { return }
        let lock = try WriterLock(path: path + "-lock")
        let connection = try SQLiteConnection(
            path: path, mode: .readWrite, busyTimeoutMs: busyTimeoutMs)
        let changes = SQLiteNames.changes(of: table)
        let end = try connection.prepare(
            """
            SELECT coalesce(
                (SELECT sequence FROM \(changes) WHERE at_ms >= ?1 ORDER BY sequence LIMIT 1),
                (SELECT max(sequence) FROM \(changes)))
            """)
        try end.bind(1, beforeMs)
        guard try end.step() else { return }
        let endSequence = end.integer(0)
        end.reset()
        try remove(upTo: endSequence, from: changes, connection, lock)
    }

    /// Removes the records before a sequence, 1,000 to a transaction.
    private func remove(
        upTo endSequence: Int64, from changes: String, _ connection: SQLiteConnection,
        _ lock: WriterLock
    ) throws(TableStoreError) {
        let delete = try connection.prepare(
            """
            DELETE FROM \(changes) WHERE sequence IN (
                SELECT sequence FROM \(changes) WHERE sequence < ?1 ORDER BY sequence LIMIT 1000)
            """)
        try delete.bind(1, endSequence)
        var removed = 0
        repeat {
            _ = try lock.acquire(timeoutMs: busyTimeoutMs)
            defer { lock.release() }
            try delete.run()
            removed = connection.changedRows
        } while removed == 1000
    }

    /// The statement that reads, on the file that is there now; nil while there is none.
    private func statement(in state: inout State) throws(TableStoreError) -> SQLiteStatement? {
        let identity = FileIdentity(path: path)
        if identity != state.identity {
            state = State(connection: nil, select: nil, identity: identity)
        }
        if let select = state.select { return select }
        guard identity != nil else { return nil }
        let connection = try connection(in: &state)
        guard try hasStream(connection) else { return nil }
        state.select = try connection.prepare(
            """
            SELECT sequence, kind, at_ms, keys, new_image, old_image
            FROM \(SQLiteNames.changes(of: table)) WHERE sequence > ?1 ORDER BY sequence LIMIT ?2
            """)
        return state.select
    }

    private func connection(in state: inout State) throws(TableStoreError) -> SQLiteConnection {
        if let connection = state.connection { return connection }
        let connection = try SQLiteConnection(
            path: path, mode: .readOnly, busyTimeoutMs: busyTimeoutMs)
        state.connection = connection
        return connection
    }

    private func hasStream(_ connection: SQLiteConnection) throws(TableStoreError) -> Bool {
        let statement = try connection.prepare(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1")
        try statement.bind(1, text: "changes_\(table)")
        return try statement.step()
    }
}
