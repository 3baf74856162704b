import CSQLite
import Glibc

/// One connection to one SQLite file; the only place that calls the C library.
///
/// The table store stands on it, and whatever else in this package keeps tables of its own.
///
/// "Multi-thread. In this mode, SQLite can be safely used by multiple threads provided that no
/// single database connection nor any object derived from database connection, such as a prepared
/// statement, is used in two or more threads at the same time."
/// (<https://www.sqlite.org/threadsafe.html>) The connection is opened in that mode; whoever owns
/// it keeps it under a lock of its own.
package final class SQLiteConnection {
    /// How a connection opens its file.
    package enum Mode {
        case readWriteCreate, readWrite, readOnly

        fileprivate var flags: Int32 {
            switch self {
            case .readWriteCreate: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .readWrite: SQLITE_OPEN_READWRITE
            case .readOnly: SQLITE_OPEN_READONLY
            }
        }
    }

    /// How much a checkpoint waits for others.
    package enum Checkpoint {
        /// Copies what it can beside readers and a writer.
        case passive
        /// Also makes the next writer begin at the start of the log; needs the writer's place.
        case restart
    }

    /// The result of a call on a closed store, told as SQLite tells a misuse.
    package static let closed = TableStoreError.unavailable(code: SQLITE_MISUSE)

    private let handle: OpaquePointer
    /// Written by SQLite's hook during a commit: how many pages the write-ahead log holds.
    private let logPagesCell: UnsafeMutablePointer<Int32>

    package init(path: String, mode: Mode, busyTimeoutMs: Int) throws(TableStoreError) {
        var opened: OpaquePointer?
        let flags = mode.flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let error = Self.error(code, systemError: sqlite3_system_errno(opened))
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        logPagesCell = .allocate(capacity: 1)
        logPagesCell.initialize(to: 0)
        setBusyTimeout(ms: busyTimeoutMs)
    }

    deinit {
        sqlite3_close_v2(handle)
        logPagesCell.deallocate()
    }

    /// Pages in the write-ahead log after this connection's last commit.
    var logPages: Int { Int(logPagesCell.pointee) }

    /// Whether a transaction is open.
    package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// How many rows the last statement changed.
    package var changedRows: Int { Int(sqlite3_changes(handle)) }

    package func setBusyTimeout(ms: Int) {
        sqlite3_busy_timeout(handle, Int32(clamping: ms))
    }

    /// Leaves checkpoints to `checkpoint(_:)` and begins to count the log's pages.
    func takeOverCheckpoints() {
        // The hook replaces the automatic checkpoint, which SQLite itself hangs on this hook.
        sqlite3_wal_hook(
            handle,
            { cell, _, _, pages in
                cell?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, logPagesCell)
    }

    /// Copies pages of the write-ahead log into the database file.
    ///
    /// - Returns: false when others were in the way; nothing is lost then, only left for later.
    func checkpoint(_ kind: Checkpoint) -> Bool {
        let mode = kind == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART
        return sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil) == SQLITE_OK
    }

    /// Runs statements that answer nothing.
    package func execute(_ sql: String) throws(TableStoreError) {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// Compiles one statement for many uses.
    package func prepare(_ sql: String) throws(TableStoreError) -> SQLiteStatement {
        var prepared: OpaquePointer?
        try check(
            sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil))
        guard let prepared else { throw Self.closed }
        return SQLiteStatement(prepared, of: self)
    }

    /// The first column of the first row as a number; nil where there is no row.
    package func integer(_ sql: String) throws(TableStoreError) -> Int64? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// Throws unless the code is one of success.
    fileprivate func check(_ code: Int32) throws(TableStoreError) {
        guard code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE else {
            throw Self.error(code, systemError: sqlite3_system_errno(handle))
        }
    }

    private static func error(_ code: Int32, systemError: Int32) -> TableStoreError {
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: return .busy
        case SQLITE_FULL: return .full
        case SQLITE_CORRUPT, SQLITE_NOTADB: return .corrupt
        case SQLITE_TOOBIG: return .tooLarge("a value exceeds SQLite's limit")
        // SQLite calls a write into a full disk FULL, but growing the shared memory file IOERR.
        case SQLITE_IOERR where systemError == ENOSPC || systemError == EDQUOT: return .full
        default: return .unavailable(code: code)
        }
    }
}

/// A compiled statement; it keeps its connection alive.
package final class SQLiteStatement {
    private let handle: OpaquePointer
    private let connection: SQLiteConnection

    fileprivate init(_ handle: OpaquePointer, of connection: SQLiteConnection) {
        self.handle = handle
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Binds a string or a number; every other value, and nil, binds NULL.
    package func bind(_ index: Int, _ value: AttributeValue?) throws(TableStoreError) {
        switch value {
        case .string(let text): try bind(index, text: text)
        case .number(let number): try bind(index, number)
        default: try connection.check(sqlite3_bind_null(handle, Int32(index)))
        }
    }

    package func bind(_ index: Int, _ number: Int64?) throws(TableStoreError) {
        if let number {
            try connection.check(sqlite3_bind_int64(handle, Int32(index), number))
        } else {
            try connection.check(sqlite3_bind_null(handle, Int32(index)))
        }
    }

    package func bind(_ index: Int, text: String) throws(TableStoreError) {
        var text = text
        // With its length, since a string may hold a NUL.
        let code = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                ttsr_sqlite3_bind_text_copy(
                    handle, Int32(index), characters.baseAddress, Int32(clamping: bytes.count))
            }
        }
        try connection.check(code)
    }

    /// Binds a text given as bytes, which need not be UTF-8 (the upper end of a prefix is not).
    package func bind(_ index: Int, textBytes: [UInt8]) throws(TableStoreError) {
        let code = textBytes.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                ttsr_sqlite3_bind_text_copy(
                    handle, Int32(index), characters.baseAddress, Int32(clamping: bytes.count))
            }
        }
        try connection.check(code)
    }

    package func bind(_ index: Int, blob: [UInt8]?) throws(TableStoreError) {
        guard let blob else {
            try connection.check(sqlite3_bind_null(handle, Int32(index)))
            return
        }
        let code = blob.withUnsafeBytes { bytes in
            ttsr_sqlite3_bind_blob_copy(
                handle, Int32(index), bytes.baseAddress, Int32(clamping: bytes.count))
        }
        try connection.check(code)
    }

    /// Goes to the next row; false when there is none.
    package func step() throws(TableStoreError) -> Bool {
        let code = sqlite3_step(handle)
        try connection.check(code)
        return code == SQLITE_ROW
    }

    /// Runs a statement that answers nothing, and makes it ready for its next use.
    package func run() throws(TableStoreError) {
        defer { reset() }
        _ = try step()
    }

    /// Ends the statement's read, which would otherwise hold its snapshot open.
    package func reset() {
        // The code repeats the error of the last step, which has been thrown already.
        sqlite3_reset(handle)
    }

    package func integer(_ column: Int) -> Int64 {
        sqlite3_column_int64(handle, Int32(column))
    }

    package func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
    }

    package func text(_ column: Int) -> String {
        guard let characters = sqlite3_column_text(handle, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: characters, count: count), as: UTF8.self)
    }

    package func blob(_ column: Int) -> [UInt8] {
        let start = sqlite3_column_blob(handle, Int32(column))
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return start == nil ? [] : [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Lends the bytes of a column, which are valid until the next step.
    func withBlob<Result>(
        _ column: Int, _ body: (UnsafeRawBufferPointer) throws(TableStoreError) -> Result
    ) throws(TableStoreError) -> Result {
        let start = sqlite3_column_blob(handle, Int32(column))
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }
}
