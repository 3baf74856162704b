import TestSupport
import Testing

@testable import TableStore

@Suite("Durable before it returns")
struct DurabilityTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func lock() throws -> WriterLock {
        try WriterLock(path: folder.path + "/lock")
    }

    @Test("Every write that has returned was flushed, and what failed needs no flush")
    func writesAreFlushed() async throws {
        let things = TableDefinition(
            name: "things", partitionKey: KeyAttribute(name: "id", type: .string))
        let store = try SQLiteStore(path: folder.database, tables: [things])
        let lock = try WriterLock(path: folder.database + "-lock")
        for number in 0..<5 {
            let before = lock.lastAnnounced
            try await store.put(["id": .string("\(number)")], into: "things")
            #expect(lock.lastAnnounced == before + 1)
            #expect(lock.isDurable(lock.lastAnnounced))
        }
        let before = lock.lastAnnounced
        await #expect(throws: TableStoreError.conditionFailed) {
            try await store.put(["id": "0"], into: "things", condition: .absent("id"))
        }
        #expect(lock.lastAnnounced == before)
    }

    @Test("A flush covers every commit that was finished before it, and none is flushed twice")
    func oneFlushForMany() throws {
        let lock = try lock()
        let first = try lock.commit {}
        let second = try lock.commit {}
        #expect(!lock.isDurable(first))
        var flushes = 0
        try lock.makeDurable(first, timeoutMs: 1_000) { flushes += 1 }
        #expect(lock.isDurable(second))
        try lock.makeDurable(second, timeoutMs: 1_000) { flushes += 1 }
        #expect(flushes == 1)
    }

    @Test("A commit that finishes while a flush is under way is not covered by it")
    func flushesCoverOnlyWhatWasFinished() throws {
        let lock = try lock()
        let first = try lock.commit {}
        var late: UInt = 0
        try lock.makeDurable(first, timeoutMs: 1_000) { () throws(TableStoreError) in
            late = try lock.commit {}
        }
        #expect(lock.isDurable(first))
        #expect(!lock.isDurable(late))
    }

    @Test("A flush that fails makes nothing durable and is told to its caller")
    func failedFlush() throws {
        let lock = try lock()
        let number = try lock.commit {}
        #expect(throws: TableStoreError.full) {
            try lock.makeDurable(number, timeoutMs: 1_000) { () throws(TableStoreError) in
                throw .full
            }
        }
        #expect(!lock.isDurable(number))
    }

    @Test("A store's flush makes durable what another has announced")
    func flushForReaders() async throws {
        let things = TableDefinition(
            name: "things", partitionKey: KeyAttribute(name: "id", type: .string))
        let store = try SQLiteStore(path: folder.database, tables: [things])
        let lock = try WriterLock(path: folder.database + "-lock")
        // Another writer that has committed and not flushed yet.
        let number = try lock.commit {}
        #expect(!lock.isDurable(number))
        try await store.flush()
        #expect(lock.isDurable(number))
    }
}
