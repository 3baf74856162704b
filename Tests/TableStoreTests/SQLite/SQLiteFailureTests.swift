import TestSupport
import Testing

@testable import TableStore

@Suite("Failures below the SQLite store")
struct SQLiteFailureTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func connection() throws -> SQLiteConnection {
        try SQLiteConnection(path: folder.database, mode: .readWriteCreate, busyTimeoutMs: 1000)
    }

    @Test("A foreign program that holds the file makes a write busy, and only that")
    func foreignLock() async throws {
        let store = try SQLiteStore(
            path: folder.database, tables: [.plain, .streamed], busyTimeoutMs: 50)
        try await store.put(["id": "a", "n": 1], into: "plain")
        let foreign = try connection()
        try foreign.execute("BEGIN IMMEDIATE")
        await #expect(throws: TableStoreError.busy) {
            try await store.put(["id": "b"], into: "plain")
        }
        await #expect(throws: TableStoreError.busy) {
            try await store.transact([
                .put(["id": "b"], into: "plain"), .put(["id": "b"], into: "streamed"),
            ])
        }
        #expect(try await store.get(["id": "a"], from: "plain")?["n"] == 1)
        try foreign.execute("ROLLBACK")
        #expect(try await store.get(["id": "b"], from: "plain") == nil)
        #expect(try foreign.integer("SELECT count(*) FROM changes_streamed") == 0)
        try await store.put(["id": "b"], into: "plain")
    }

    @Test("Another writer of our own makes a write busy after its time")
    func writerLock() async throws {
        let store = try SQLiteStore(path: folder.database, tables: [.plain], busyTimeoutMs: 50)
        let lock = try WriterLock(path: folder.database + "-lock")
        #expect(try lock.acquire(timeoutMs: 1000) == 0)
        let result = try ThreadResult { try await store.put(["id": "a"], into: "plain") }
        #expect(throws: TableStoreError.busy) { try result.value() }
        lock.release()
        try await store.put(["id": "a"], into: "plain")
    }

    @Test("A full disk is told as such, and leaves nothing of the transaction")
    func fullDisk() throws {
        let schemas = try [TableSchema(.plain), TableSchema(.streamed)]
        let database = try SQLiteDatabase(
            path: folder.database, tables: schemas, durability: .full, busyTimeoutMs: 1000)
        func write(_ id: String, fillerBytes: Int) throws(TableStoreError) {
            let item: Item = [
                "id": .string(id), "filler": .binary([UInt8](repeating: 7, count: fillerBytes)),
            ]
            let writes: [TableWrite] = [.put(item, into: "plain"), .put(item, into: "streamed")]
            var prepared: [PreparedWrite] = []
            for write in writes {
                prepared.append(
                    try PreparedWrite(write) { name in
                        name == "plain" ? schemas[0] : schemas[1]
                    })
            }
            let queued = QueuedWrite(prepared, nowMs: 0)
            _ = try database.perform { [queued] }
            _ = try queued.outcome?.get()
        }
        try write("a", fillerBytes: 10)
        let pages = try #require(try database.connection.integer("PRAGMA page_count"))
        _ = try database.connection.integer("PRAGMA max_page_count = \(pages + 3)")
        #expect(throws: TableStoreError.full) { try write("b", fillerBytes: 10_000) }
        let foreign = try connection()
        for table in ["items_plain", "items_streamed", "changes_streamed"] {
            #expect(try foreign.integer("SELECT count(*) FROM \(table)") == 1)
        }
        // What still fits is still taken.
        try write("c", fillerBytes: 10)
        _ = try database.connection.integer("PRAGMA max_page_count = \(pages + 100)")
        try write("b", fillerBytes: 10_000)
        #expect(try foreign.integer("SELECT count(*) FROM changes_streamed") == 3)
    }

    @Test("A write that fails half-way undoes what the transaction had written")
    func halfWay() async throws {
        let store = try SQLiteStore(path: folder.database, tables: [.plain, .streamed])
        try connection().execute("DROP TABLE changes_streamed")
        let code = await errorCode {
            try await store.transact([
                .put(["id": "a"], into: "plain"), .put(["id": "a"], into: "streamed"),
            ])
        }
        #expect(code == "unavailable")
        #expect(try connection().integer("SELECT count(*) FROM items_plain") == 0)
        #expect(try connection().integer("SELECT count(*) FROM items_streamed") == 0)
        try await store.put(["id": "b"], into: "plain")
    }

    @Test("A damaged page is corrupt, not an answer")
    func damagedPage() async throws {
        let store = try SQLiteStore(path: folder.database, tables: [.plain])
        try await store.put(["id": "a"], into: "plain")
        let root = try #require(
            try connection().integer("SELECT rootpage FROM sqlite_schema WHERE name = 'key_plain'"))
        store.close()
        let file = try FileBytes(path: folder.database)
        try file.overwrite(at: (Int(root) - 1) * 4096, with: [UInt8](repeating: 0xFF, count: 4096))
        let reopened = try SQLiteStore(path: folder.database, tables: [.plain])
        await #expect(throws: TableStoreError.corrupt) {
            try await reopened.get(["id": "a"], from: "plain")
        }
    }

    @Test("A log that grows is copied into the file and used anew")
    func checkpoints() async throws {
        let store = try SQLiteStore(path: folder.database, tables: [.plain])
        let filler = AttributeValue.binary([UInt8](repeating: 7, count: 300_000))
        var largest = 0
        for _ in 0..<100 {
            try await store.put(["id": "a", "filler": filler], into: "plain")
            largest = max(largest, try FileBytes(path: folder.database + "-wal").count)
        }
        // 30 MB have been written; a checkpoint is due every 8 MB.
        #expect(largest < 10_000_000)
        #expect(try await store.get(["id": "a"], from: "plain")?["filler"] == filler)
    }
}
