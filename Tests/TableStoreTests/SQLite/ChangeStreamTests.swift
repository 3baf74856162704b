import TestSupport
import FoundationEssentials
import Testing

@testable import TableStore

@Suite("Change streams")
struct ChangeStreamTests {
    private let folder: TemporaryFolder
    private let clock = TestClock(ms: 1_000_000)
    private let reader: SQLiteChangeReader

    init() throws {
        folder = try TemporaryFolder()
        reader = SQLiteChangeReader(path: folder.database, table: "streamed")
    }

    private func open() throws -> SQLiteStore {
        try SQLiteStore(
            path: folder.database, tables: [.streamed, .plain], now: { clock.nowMs })
    }

    @Test("Each change is told with its images, in order")
    func images() async throws {
        let store = try open()
        try await store.put(["id": "a", "n": 1], into: "streamed")
        clock.advance(ms: 5)
        try await store.update(["id": "a"], in: "streamed", [.add("n", 1)])
        try await store.put(["id": "b"], into: "streamed")
        try await store.delete(["id": "a"], from: "streamed")
        let records = try reader.read(after: 0, limit: 10)
        #expect(records.map(\.kind) == [.insert, .modify, .insert, .remove])
        #expect(records.map(\.keys) == [["id": "a"], ["id": "a"], ["id": "b"], ["id": "a"]])
        #expect(
            records.map(\.newImage) == [
                ["id": "a", "n": 1], ["id": "a", "n": 2], ["id": "b"], nil,
            ])
        #expect(
            records.map(\.oldImage) == [nil, ["id": "a", "n": 1], nil, ["id": "a", "n": 2]])
        #expect(records.map(\.atMs) == [1_000_000, 1_000_005, 1_000_005, 1_000_005])
        #expect(records.map(\.sequence) == [1, 2, 3, 4])
    }

    @Test("What changes nothing, or did not happen, is not told")
    func silence() async throws {
        let store = try open()
        try await store.put(["id": "a", "n": 1], into: "streamed")
        try await store.put(["id": "a", "n": 1], into: "streamed")
        try await store.update(["id": "a"], in: "streamed", [.remove("x")])
        try await store.delete(["id": "b"], from: "streamed")
        _ = await errorCode {
            try await store.transact([
                .put(["id": "c"], into: "streamed"),
                .check(["id": "d"], in: "plain", .exists("id")),
            ])
        }
        #expect(try reader.read(after: 0, limit: 10).count == 1)
    }

    @Test("A page is full at its count or its bytes, and says so even if there is no more yet")
    func pages() async throws {
        let store = try open()
        for number in 0..<3 { try await store.put(["id": "\(number)"], into: "streamed") }
        func page(_ limit: Int, _ bytesMax: Int) throws -> [Int] {
            let page = try reader.page(after: 0, limit: limit, bytesMax: bytesMax)
            return [page.records.count, page.isFull ? 1 : 0]
        }
        #expect(try page(4, 1_000_000) == [3, 0])
        #expect(try page(3, 1_000_000) == [3, 1])
        #expect(try page(4, 1) == [1, 1])
    }

    @Test("A reader goes on behind its bookmark, page by page")
    func bookmark() async throws {
        let store = try open()
        for number in 0..<5 { try await store.put(["id": "\(number)"], into: "streamed") }
        #expect(try reader.read(after: 0, limit: 2).map(\.sequence) == [1, 2])
        #expect(try reader.read(after: 2, limit: 2).map(\.sequence) == [3, 4])
        #expect(try reader.read(after: 4, limit: 2).map(\.sequence) == [5])
        #expect(try reader.read(after: 5, limit: 2) == [])
        #expect(throws: TableStoreError.invalid("a stream's limit is 1 to 10000")) {
            try reader.read(after: 0, limit: 0)
        }
    }

    @Test("No file, no table, no stream: no changes, and nothing is made")
    func nothingThere() async throws {
        #expect(try reader.read(after: 0, limit: 10) == [])
        try reader.trim(beforeMs: .max)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        _ = try SQLiteStore(path: folder.database, tables: [.plain])
        #expect(try reader.read(after: 0, limit: 10) == [])
        try await open().put(["id": "a"], into: "streamed")
        #expect(try reader.read(after: 0, limit: 10).count == 1)
        let unstreamed = SQLiteChangeReader(path: folder.database, table: "plain")
        #expect(try unstreamed.read(after: 0, limit: 10) == [])
    }

    @Test("A file that has been replaced is read anew")
    func replacedFile() async throws {
        let store = try open()
        try await store.put(["id": "old"], into: "streamed")
        #expect(try reader.read(after: 0, limit: 10).count == 1)
        store.close()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try FileManager.default.removeItem(atPath: folder.path + "/" + name)
        }
        #expect(try reader.read(after: 0, limit: 10) == [])
        try await open().put(["id": "new"], into: "streamed")
        #expect(try reader.read(after: 0, limit: 10).map(\.keys) == [["id": "new"]])
    }

    @Test("Trimming removes what is older, and no sequence comes again")
    func trimming() async throws {
        let store = try open()
        for number in 0..<2500 {
            try await store.put(["id": "\(number)"], into: "streamed")
            if number == 1499 { clock.advance(ms: 1000) }
        }
        try reader.trim(beforeMs: 1_000_000)
        #expect(try reader.read(after: 0, limit: 1).map(\.sequence) == [1])
        try reader.trim(beforeMs: 1_001_000)
        #expect(try reader.read(after: 0, limit: 1).map(\.sequence) == [1501])
        try reader.trim(beforeMs: .max)
        #expect(try reader.read(after: 0, limit: 10).map(\.sequence) == [2500])
        try await store.put(["id": "next"], into: "streamed")
        #expect(try reader.read(after: 2500, limit: 10).map(\.sequence) == [2501])
    }

    @Test("An expired item that is replaced begins anew; one that is purged is told as removed")
    func expiry() async throws {
        let store = try open()
        try await store.put(["id": "a", "expires": 1001], into: "streamed")
        try await store.put(["id": "b", "expires": 1001], into: "streamed")
        clock.advance(ms: 1000)
        try await store.delete(["id": "b"], from: "streamed")
        #expect(try reader.read(after: 2, limit: 10) == [])
        for expires in 2000...2001 as ClosedRange<Int64> {
            try await store.put(["id": "a", "expires": .number(expires)], into: "streamed")
        }
        let records = try reader.read(after: 2, limit: 10)
        #expect(records.filter { $0.keys == ["id": "a"] }.map(\.kind) == [.insert, .modify])
        #expect(records.first?.oldImage == nil)
        let purged = try #require(records.first { $0.keys == ["id": "b"] })
        #expect(purged.kind == .remove)
        #expect(purged.oldImage == ["id": "b", "expires": 1001])
        #expect(records.count == 3)
    }

    @Test("Readers beside eight writers see every change once, each item's in order")
    func concurrency() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let store = try open()
                    for _ in 0..<25 {
                        try await store.update(
                            ["id": "\(writer)"], in: "streamed", [.add("n", 1)])
                    }
                }
            }
            group.addTask { try readAll(200) }
            try await group.waitForAll()
        }
        #expect(try reader.read(after: 200, limit: 1) == [])
    }

    /// Reads until that many changes have been seen, or until a writer's failure cancels it.
    private func readAll(_ expected: Int) throws {
        var seen: [String: Int64] = [:]
        var last: Int64 = 0
        while last < expected {
            try Task.checkCancellation()
            for record in try reader.read(after: last, limit: 7) {
                #expect(record.sequence == last + 1)
                last = record.sequence
                let id = try #require(record.keys["id"]?.string)
                #expect(record.newImage?["n"]?.number == (seen[id] ?? 0) + 1)
                seen[id] = record.newImage?["n"]?.number
            }
        }
    }
}
