import Locking
import TableStore
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Emulator store")
struct EmulatorStoreTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/a.db" }

    init() throws { folder = try TemporaryFolder() }

    private func event(_ name: String, dueMs: Int64, bytes: Int = 1) -> AsynchronousEvent {
        AsynchronousEvent(
            requestID: name, function: "f", origin: .schedule("s"), traceID: "t", tenantID: "n",
            payload: [UInt8](repeating: 0x31, count: bytes), acceptedMs: 1, dueMs: dueMs)
    }

    @Test("work is done in order; what fails is told so, and the others' work stays")
    func performs() async throws {
        let activity = Activity()
        let store = EmulatorStore(path: path, activity: activity)
        let done = Locked<[String]>([])
        for number in 0..<5 {
            let event = event("\(number)", dueMs: 1)
            store.perform { database throws(TableStoreError) in
                _ = try database.events.insert(event)
                if number == 2 { throw .full }
            } then: { result in
                if case .failure(let error) = result {
                    done.withLock { $0.append("\(number) \(error.code)") }
                } else {
                    done.withLock { $0.append("\(number)") }
                }
            }
        }
        try store.start()
        await withCheckedContinuation { idle in activity.whenIdle { idle.resume() } }
        #expect(done.withLock { $0 } == ["0", "1", "2 full", "3", "4"])
        try await onThread { store.join() }
        store.perform(
            { _ in }, then: { if case .failure = $0 { done.withLock { $0 = ["closed"] } } })
        #expect(done.withLock { $0 } == ["closed"])
        let database = try EmulatorDatabase(path: path)
        let names = try database.events.list(isDead: false, function: nil, limit: 9)
        #expect(names.map(\.requestID) == ["0", "1", "3", "4"])
    }

    @Test("events are due in the order of their times, then of their acceptance")
    func orders() throws {
        let database = try EmulatorDatabase(path: nil)
        let events = database.events
        var ids: [String: Int64] = [:]
        for (name, dueMs) in [("a", 5), ("b", 3), ("c", 5), ("d", 9)] as [(String, Int64)] {
            ids[name] = try events.insert(event(name, dueMs: dueMs)).id
        }
        func due(_ limit: Int, except held: Set<Int64> = []) throws -> [String] {
            try events.due("f", nowMs: 5, limit: limit, except: held).map(\.requestID)
        }
        #expect(try due(9) == ["b", "a", "c"])
        #expect(try due(2) == ["b", "a"])
        let b = try #require(ids["b"])
        #expect(try due(2, except: [b]) == ["a", "c"])
        #expect(try events.nextDueMs("f", afterMs: 5) == 9)
        #expect(try events.nextDueMs("f", afterMs: 9) == nil)
        #expect(try events.due("g", nowMs: 5, limit: 1, except: []) == [])
        let stored = try #require(try events.event(b))
        var expected = event("b", dueMs: 3)
        expected.id = b
        #expect(stored == expected)
    }

    @Test("dead letters beyond the bounds are dropped, the oldest first")
    func trims() throws {
        let database = try EmulatorDatabase(path: nil)
        let events = database.events
        for number in 0..<10 {
            let stored = try events.insert(event("\(number)", dueMs: 1, bytes: 1_000))
            try events.bury(stored.id, .retriesExhausted, attempts: 1, error: nil, nowMs: 1)
        }
        _ = try events.insert(event("waiting", dueMs: 1, bytes: 100_000))
        func oldest() throws -> String? {
            try events.list(isDead: true, function: nil, limit: 1).first?.requestID
        }
        #expect(try events.trimDead() == 0)
        #expect(try events.trimDead(countMax: 8) == 2)
        #expect(try oldest() == "2")
        #expect(try events.trimDead(bytesMax: 5_999) == 3)
        #expect(try oldest() == "5")
        #expect(try events.count(isDead: false) == 1)
    }

    @Test("a file of another kind is not touched")
    func refuses() async throws {
        try folder.write("a.db", "")
        let other = try SQLiteConnection(path: path, mode: .readWrite, busyTimeoutMs: 0)
        try other.execute("CREATE TABLE t(x)")
        let path = path
        let thrown = #expect(throws: TableStoreError.self) { _ = try EmulatorDatabase(path: path) }
        guard case .invalid = thrown else {
            Issue.record("\(String(describing: thrown))")
            return
        }
    }
}
