import TestSupport
import Glibc
import Locking
import Testing

@testable import TableStore

@Suite("Writers that come together share a transaction")
struct GroupCommitTests {
    private let folder: TemporaryFolder
    private let schema: TableSchema
    private let file: SQLiteFile

    init() throws {
        folder = try TemporaryFolder()
        schema = try TableSchema(
            TableDefinition(
                name: "things", partitionKey: KeyAttribute(name: "id", type: .string)))
        file = try SQLiteFile(
            path: folder.database, tables: [schema], durability: .full, busyTimeoutMs: 10_000)
    }

    /// A write that puts an item that must not be there yet.
    private func put(_ id: String) throws -> [PreparedWrite] {
        let schema = schema
        return [
            try PreparedWrite(
                .put(["id": .string(id)], into: "things", condition: .absent("id"))
            ) { _ in schema }
        ]
    }

    /// Starts one writer and, while it waits for the file, the others; then lets them all go on.
    private func writeTogether(_ ids: [String]) throws -> [String: TableStoreError?] {
        let outcomes = Locked<[String: TableStoreError?]>([:])
        let lock = try WriterLock(path: folder.database + "-lock")
        _ = try lock.acquire(timeoutMs: 10_000)
        var threads: [TestThread] = []
        for (count, id) in ids.enumerated() {
            let writes = try put(id)
            threads.append(
                try TestThread {
                    do throws(TableStoreError) {
                        _ = try file.write(writes, nowMs: 0)
                        outcomes.withLock { $0[id] = .some(nil) }
                    } catch {
                        outcomes.withLock { $0[id] = error }
                    }
                })
            // The one that leads holds no place in the queue.
            while count > 0 && file.waitingCount < count { sched_yield() }
        }
        lock.release()
        for thread in threads { thread.join() }
        return outcomes.withLock { $0 }
    }

    @Test("Ten writers who come while the file is another's need one commit")
    func sharedCommit() throws {
        let lock = try WriterLock(path: folder.database + "-lock")
        let before = lock.lastAnnounced
        let outcomes = try writeTogether((0..<10).map { "item-\($0)" })
        #expect(outcomes.count == 10)
        #expect(outcomes.values.allSatisfy { $0 == nil })
        #expect(lock.lastAnnounced - before == 1)
        #expect(lock.isDurable(lock.lastAnnounced))
    }

    @Test("A condition that fails is told to its own writer only")
    func oneFails() throws {
        _ = try file.write(put("taken"), nowMs: 0)
        let outcomes = try writeTogether(["a", "b", "taken", "c"])
        #expect(outcomes["taken"] == .transactionCancelled([0]))
        for id in ["a", "b", "c"] { #expect(outcomes[id] == .some(nil)) }
        let ids = try file.read { database throws(TableStoreError) in
            try database.table("things").scan(after: nil, limit: 100, nowMs: 0).items
        }
        #expect(Set(ids.compactMap { $0["id"]?.string }) == ["a", "b", "c", "taken"])
    }

    @Test("A transaction in which nobody writes is no commit")
    func nothingToCommit() throws {
        _ = try file.write(put("taken"), nowMs: 0)
        let lock = try WriterLock(path: folder.database + "-lock")
        let before = lock.lastAnnounced
        #expect(throws: TableStoreError.transactionCancelled([0])) {
            try file.write(put("taken"), nowMs: 0)
        }
        #expect(lock.lastAnnounced == before)
    }

    @Test("What SQLite refuses is everybody's failure, and nothing is written")
    func everybodyFails() throws {
        _ = try file.read { database throws(TableStoreError) in
            try database.connection.execute("PRAGMA query_only = ON")
        }
        let outcomes = try writeTogether(["a", "b", "c"])
        #expect(outcomes.count == 3)
        #expect(outcomes.values.allSatisfy { $0 != nil })
        let items = try file.read { database throws(TableStoreError) in
            try database.table("things").scan(after: nil, limit: 100, nowMs: 0).items
        }
        #expect(items.isEmpty)
    }
}
