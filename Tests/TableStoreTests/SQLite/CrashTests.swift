import TestSupport
import FoundationEssentials
import Glibc
import Testing

@testable import TableStore

/// What the writer that is killed writes, and what must hold afterwards.
private enum CrashScenario {
    static let tables = [
        TableDefinition(
            name: "events", partitionKey: KeyAttribute(name: "id"),
            sortKey: KeyAttribute(name: "part")),
        TableDefinition(
            name: "outbox", partitionKey: KeyAttribute(name: "id"),
            indexes: [
                IndexDefinition(
                    name: "byDue", partitionKey: KeyAttribute(name: "state"),
                    sortKey: KeyAttribute(name: "due", type: .number))
            ], hasStream: true),
        TableDefinition(name: "totals", partitionKey: KeyAttribute(name: "id")),
    ]
    static let pathVariable = "TABLE_STORE_CRASH_PATH"
    static let writerVariable = "TABLE_STORE_CRASH_WRITER"
    /// Where the writer tells of each commit, one byte each.
    static let acknowledgements: Int32 = 3

    static func writes(_ id: String) -> [TableWrite] {
        let filler = AttributeValue.binary([UInt8](repeating: 7, count: 3000))
        return [
            .put(["id": .string(id), "part": "event"], into: "events", condition: .absent("id")),
            .put(["id": .string(id), "part": "audit", "filler": filler], into: "events"),
            .put(["id": .string(id), "state": "due", "due": 1], into: "outbox"),
            .update(["id": "all"], in: "totals", [.add("n", 1)]),
        ]
    }

    static var path: String? { ProcessInfo.processInfo.environment[pathVariable] }
}

@Suite("Crashes of a writer", .serialized)
struct CrashTests {
    /// Runs only in the process that `killedWriters` starts and kills.
    @Test("The writer that is killed", .enabled(if: CrashScenario.path != nil))
    func killedWriter() async throws {
        let path = try #require(CrashScenario.path)
        let writer = ProcessInfo.processInfo.environment[CrashScenario.writerVariable] ?? ""
        let store = try SQLiteStore(path: path, tables: CrashScenario.tables)
        // 100,000 at most, should the parent be killed itself and never read.
        for number in 0..<100_000 {
            try await store.transact(CrashScenario.writes("\(writer)-\(number)"))
            guard write(CrashScenario.acknowledgements, [1], 1) == 1 else { return }
        }
    }

    @Test("20 writers killed at any point: acknowledged is there, halves are not, the next goes on")
    func killedWriters() async throws {
        let folder = try TemporaryFolder()
        var generator = SystemRandomNumberGenerator()
        var acknowledged: [Int] = []
        let survivor = try SQLiteStore(path: folder.database, tables: CrashScenario.tables)
        for writer in 0..<20 {
            let child = try CrashChild(path: folder.database, writer: writer)
            let count = child.readAcknowledgements(Int.random(in: 1...25, using: &generator))
            // To and fro within the next transaction, without asking a clock.
            for _ in 0..<Int.random(in: 0...200, using: &generator) { sched_yield() }
            acknowledged.append(count + child.killAndReadRest())
            try await survivor.transact(CrashScenario.writes("survivor-\(writer)"))
        }
        survivor.close()
        try await check(folder.database, acknowledged: acknowledged)
    }

    private func check(_ path: String, acknowledged: [Int]) async throws {
        let store = try SQLiteStore(path: path, tables: CrashScenario.tables)
        var total = acknowledged.count
        for (writer, count) in acknowledged.enumerated() {
            // One more may have been committed and not acknowledged any more.
            for number in 0...count + 1 {
                let id = "\(writer)-\(number)"
                let event = try await store.query(Query(table: "events", partition: .string(id)))
                let row = try await store.get(["id": .string(id)], from: "outbox")
                #expect(event.items.count == (row == nil ? 0 : 2))
                if number < count { #expect(row != nil, "\(id) was acknowledged") }
                if number > count { #expect(row == nil) }
                total += row == nil ? 0 : 1
            }
        }
        let sum = try await store.get(["id": "all"], from: "totals")?["n"]
        #expect(sum?.number == Int64(total))
        let records = try SQLiteChangeReader(path: path, table: "outbox").read(
            after: 0, limit: 10_000)
        #expect(records.map(\.sequence) == Array(1...Int64(total)))
        var due = 0
        var query = Query(table: "outbox", index: "byDue", partition: "due", limit: 1000)
        repeat {
            let page = try await store.query(query)
            due += page.items.count
            query.after = page.next
        } while query.after != nil
        #expect(due == total)
        let connection = try SQLiteConnection(path: path, mode: .readWrite, busyTimeoutMs: 1000)
        let integrity = try connection.prepare("PRAGMA integrity_check")
        #expect(try integrity.step() && integrity.text(0) == "ok")
    }
}

/// This very test program, run for one test.
private struct CrashChild {
    private let process: pid_t
    private let pipe: Int32

    init(path: String, writer: Int) throws {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw TableStoreError.unavailable(code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], CrashScenario.acknowledgements)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        let arguments = [
            CommandLine.arguments[0], "--testing-library", "swift-testing", "--filter",
            "CrashTests/killedWriter\\(",
        ]
        var environment = ProcessInfo.processInfo.environment
        environment[CrashScenario.pathVariable] = path
        environment[CrashScenario.writerVariable] = "\(writer)"
        var process: pid_t = 0
        let code = Self.withStrings(arguments) { arguments in
            Self.withStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(&process, "/proc/self/exe", &actions, nil, arguments, environment)
            }
        }
        close(ends[1])
        guard code == 0 else { throw TableStoreError.unavailable(code: code) }
        self.process = process
        pipe = ends[0]
    }

    /// Waits for so many commits.
    func readAcknowledgements(_ count: Int) -> Int {
        var byte: UInt8 = 0
        for number in 0..<count where read(pipe, &byte, 1) != 1 { return number }
        return count
    }

    /// Kills the process; what it had told of before is still in the pipe.
    func killAndReadRest() -> Int {
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        let rest = readAcknowledgements(.max)
        close(pipe)
        return rest
    }

    private static func withStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
