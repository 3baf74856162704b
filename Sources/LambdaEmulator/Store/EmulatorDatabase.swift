internal import Glibc
internal import TableStore

/// The SQLite file of everything that waits: asynchronous events, dead letters and the messages of
/// queues.
///
/// One emulator at a time has it open. Not safe for several threads at once: `EmulatorStore` keeps
/// it under a lock.
final class EmulatorDatabase {
    let events: EventTable
    let messages: MessageTable

    private let connection: SQLiteConnection
    /// Nil for a temporary database, which nothing outlives.
    private let log: SQLiteLog?
    private let begin: SQLiteStatement
    private let commit: SQLiteStatement
    private let rollback: SQLiteStatement

    /// "TTSE", in the file's header: other SQLite files are not touched.
    private static let applicationID: Int64 = 0x5454_5345
    private static let formatVersion: Int64 = 1
    /// How long an emulator that is just ending is waited for.
    private static let busyTimeoutMs = 1_000

    /// Opens the file, and makes it where it is not there yet.
    ///
    /// - Parameter path: Nil keeps everything in a temporary file that is gone with this object.
    /// - Throws: `busy` when another process has it open.
    init(path: String?) throws(TableStoreError) {
        if let path { Self.protect(path) }
        connection = try SQLiteConnection(
            path: path ?? "", mode: .readWriteCreate, busyTimeoutMs: Self.busyTimeoutMs)
        try connection.execute(path == nil ? Self.temporarySettings : Self.settings)
        try Self.prepare(connection)
        log = try path.map { path throws(TableStoreError) in try SQLiteLog(path: path) }
        begin = try connection.prepare("BEGIN")
        commit = try connection.prepare("COMMIT")
        rollback = try connection.prepare("ROLLBACK")
        events = try EventTable(on: connection)
        messages = try MessageTable(on: connection)
    }

    /// NORMAL keeps the file sound; a commit that must outlive a power loss is followed by `flush`,
    /// so that one that need not costs none. EXCLUSIVE keeps others out and needs no shared memory.
    private static let settings = """
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA journal_size_limit = 67108864;
        \(temporarySettings)
        """
    private static let temporarySettings = """
        PRAGMA temp_store = MEMORY;
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        """

    /// Keeps a new file from other users: events are in it. SQLite gives its log the same mode.
    private static func protect(_ path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }

    private static func prepare(_ connection: SQLiteConnection) throws(TableStoreError) {
        let application = try connection.integer("PRAGMA application_id")
        let version = try connection.integer("PRAGMA user_version")
        if application == applicationID, version == formatVersion { return }
        guard application == 0, version == 0,
            try connection.integer("SELECT count(*) FROM sqlite_schema") == 0
        else {
            throw .invalid("is a SQLite database, but none of this version of the emulator")
        }
        try connection.execute(
            """
            BEGIN;
            PRAGMA application_id = \(applicationID);
            PRAGMA user_version = \(formatVersion);
            \(EventTable.schema)
            \(MessageTable.schema)
            COMMIT;
            """)
    }

    /// Runs the body in a transaction; whatever it throws leaves nothing written.
    func transact(_ body: () throws(TableStoreError) -> Void) throws(TableStoreError) {
        try begin.run()
        do throws(TableStoreError) {
            try body()
            try commit.run()
        } catch {
            // SQLite has rolled back by itself after some errors, such as a full disk.
            if connection.isInTransaction { try? rollback.run() }
            throw error
        }
    }

    /// Makes sure that what was committed outlives a power loss.
    func flush() throws(TableStoreError) { try log?.flush() }
}
