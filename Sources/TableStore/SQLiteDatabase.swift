import Glibc

/// One SQLite file with the tables in it: transactions, and the order of writers and checkpoints.
///
/// Not safe for several threads at once: the store keeps it under a lock.
final class SQLiteDatabase {
    let connection: SQLiteConnection
    let writerLock: WriterLock
    private let busyTimeoutMs: Int
    private var tables: [String: SQLiteTable] = [:]
    private let begin: SQLiteStatement
    private let commit: SQLiteStatement
    private let rollback: SQLiteStatement
    private var checkpointAtPages = SQLiteDatabase.checkpointPages

    /// A checkpoint is due with every so many pages of the write-ahead log (8 MB).
    private static let checkpointPages = 2048
    /// From here on (64 MB) the log is made to begin anew, at the cost of holding the others up.
    private static let logPagesMax = 16_384

    /// Opens the file and makes what is missing of the tables.
    init(
        path: String, tables schemas: [TableSchema], durability: TableDefinition.Durability,
        busyTimeoutMs: Int
    ) throws(TableStoreError) {
        self.busyTimeoutMs = busyTimeoutMs
        let writerLock = try WriterLock(path: path + "-lock")
        let connection = try SQLiteConnection(
            path: path, mode: .readWriteCreate, busyTimeoutMs: busyTimeoutMs)
        try SQLiteSchema.configure(connection, durability: durability)
        _ = try writerLock.acquire(timeoutMs: busyTimeoutMs)
        do {
            defer { writerLock.release() }
            Self.protectIfNew(path)
            try SQLiteSchema.prepare(
                connection, tables: schemas, busyTimeoutMs: busyTimeoutMs)
        }
        self.writerLock = writerLock
        self.connection = connection
        begin = try connection.prepare("BEGIN IMMEDIATE")
        commit = try connection.prepare("COMMIT")
        rollback = try connection.prepare("ROLLBACK")
        connection.takeOverCheckpoints()
        for schema in schemas {
            tables[schema.name] = try SQLiteTable(schema, on: connection)
        }
    }

    /// Keeps a file that is being made from other users; SQLite gives its log the same permissions.
    private static func protectIfNew(_ path: String) {
        var status = stat()
        if stat(path, &status) == 0 && status.st_size == 0 { chmod(path, 0o600) }
    }

    func table(_ name: String) throws(TableStoreError) -> SQLiteTable {
        guard let table = tables[name] else { throw .unknownTable(name) }
        return table
    }

    /// Runs the body in a transaction, as the only writer; whatever it throws leaves nothing
    /// written.
    ///
    /// The flush of the commit is the caller's: by then the next writer is let in.
    ///
    /// - Parameter body: writes, and says whether there is anything to commit.
    /// - Returns: the commit's number; nil if there was nothing to commit.
    func write(
        _ body: () throws(TableStoreError) -> Bool
    ) throws(TableStoreError) -> UInt? {
        let waitedMs = try writerLock.acquire(timeoutMs: busyTimeoutMs)
        defer { writerLock.release() }
        if waitedMs > 0 {
            // What is left of the caller's patience is all a foreign writer may cost.
            connection.setBusyTimeout(ms: max(0, busyTimeoutMs - waitedMs))
        }
        defer { if waitedMs > 0 { connection.setBusyTimeout(ms: busyTimeoutMs) } }
        // IMMEDIATE: a transaction that reads first and then writes could find its snapshot
        // outdated.
        try begin.run()
        do {
            guard try body() else {
                try rollback.run()
                return nil
            }
            return try writerLock.commit { () throws(TableStoreError) in try commit.run() }
        } catch {
            // SQLite has rolled back by itself after some errors, such as a full disk.
            if connection.isInTransaction { try? rollback.run() }
            throw error
        }
    }

    /// Copies the log into the database file when enough has gathered.
    ///
    /// Not within the commit, as SQLite's automatic checkpoint does it: the writer's lock has been
    /// given back, so the others write on meanwhile. A failure loses nothing; the next commit tries
    /// again.
    func checkpointIfDue() {
        let pages = connection.logPages
        guard pages >= checkpointAtPages else {
            // The log has begun anew since.
            if pages < checkpointAtPages - Self.checkpointPages {
                checkpointAtPages = Self.checkpointPages
            }
            return
        }
        checkpointAtPages = pages + Self.checkpointPages
        let isDone = connection.checkpoint(.passive)
        guard isDone, pages >= Self.logPagesMax else { return }
        // Writers that never pause keep a passive checkpoint from ever reaching the log's end.
        guard (try? writerLock.acquire(timeoutMs: busyTimeoutMs)) != nil else { return }
        defer { writerLock.release() }
        connection.setBusyTimeout(ms: 0)
        _ = connection.checkpoint(.restart)
        connection.setBusyTimeout(ms: busyTimeoutMs)
    }
}
