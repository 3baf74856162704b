import TestSupport
import StrictJSON
import Locking
import TableStore
import Testing

@testable import LambdaEmulator

@Suite("Table streams")
struct TableStreamTests {
    private let folder: TemporaryFolder
    private let spawner = TestSpawner()

    init() throws { folder = try TemporaryFolder() }

    private func store() throws -> SQLiteStore {
        let table = TableDefinition(
            name: "outbox", partitionKey: KeyAttribute(name: "id", type: .string),
            hasStream: true)
        return try SQLiteStore(path: folder.path + "/data/t.db", tables: [table])
    }

    private func started(
        batchSize: Int = 100, retryMs: Int = 1, filters: [EventFilter] = []
    ) throws -> EmulatorServer {
        try FileContent.makeDirectory(folder.path + "/data")
        let template = Template(
            functions: [
                FunctionDefinition(
                    name: "f", codeDirectory: "/", timeoutMs: 60_000, concurrencyMax: 1)
            ],
            streams: [
                StreamDefinition(
                    function: "f", table: "Outbox", storePath: folder.path + "/data/t.db",
                    tableName: "outbox", batchSize: batchSize, filters: filters)
            ])
        var configuration = quietConfiguration(template, spawner: spawner)
        configuration.dataDirectory = folder.path + "/emulator"
        configuration.streamPolicy.retryMs = retryMs
        let server = EmulatorServer(configuration)
        try server.start()
        return server
    }

    private func ids(_ event: TestInstance.Event) throws -> [String] {
        let value = try StrictJSON.parse(
            Array(event.body.utf8), limits: JSONLimits(bytesMax: 1_000_000, depthMax: 32))
        return (value["Records"]?.array ?? []).compactMap {
            $0["dynamodb"]?["Keys"]?["id"]?["S"]?.string
        }
    }

    @Test("a committed item reaches the function, in order, and the bookmark survives")
    func delivers() async throws {
        let server = try started()
        let store = try store()
        try await store.put(["id": "a"], into: "outbox", condition: nil)
        let instance = try #require(await spawner.next())
        let first = try await instance.next()
        #expect(try ids(first) == ["a"])
        try await store.put(["id": "b"], into: "outbox", condition: nil)
        try await store.put(["id": "c"], into: "outbox", condition: nil)
        try await instance.respond(first.requestID, "null")
        let second = try await instance.next()
        #expect(try ids(second) == ["b", "c"])
        try await instance.respond(second.requestID, "null")
        let bookmark = folder.path + "/emulator/streams/f-Outbox.json"
        #expect(
            await eventually { (try? StreamBookmark.load(from: bookmark))?.sequence == 3 })
        try await onThread { server.stop() }
        try await store.put(["id": "d"], into: "outbox", condition: nil)
        let again = try started()
        let successor = try #require(await spawner.next())
        let third = try await successor.next()
        #expect(try ids(third) == ["d"], "what a stop left is delivered at the start")
        try await successor.respond(third.requestID, "null")
        try await onThread { again.stop() }
        store.close()
    }

    @Test("a batch that fails is tried again, whole and first, until it succeeds")
    func retries() async throws {
        let server = try started(batchSize: 2)
        let store = try store()
        for id in ["a", "b", "c"] {
            try await store.put(["id": .string(id)], into: "outbox", condition: nil)
        }
        let instance = try #require(await spawner.next())
        var seen: [[String]] = []
        for attempt in 0..<20 {
            let event = try await instance.next()
            let batch = try ids(event)
            if attempt < 2 {
                _ = try await instance.send(
                    "POST", "invocation/\(event.requestID)/error", body: "{}")
            } else {
                seen.append(batch)
                try await instance.respond(event.requestID, "null")
            }
            if seen.flatMap(\.self).count == 3 { break }
        }
        #expect(seen.flatMap(\.self) == ["a", "b", "c"])
        #expect(seen.allSatisfy { $0.count <= 2 })
        try await onThread { server.stop() }
        store.close()
    }

    @Test("what does not pass the filters is skipped, and the bookmark goes past it")
    func filters() async throws {
        let filter = try #require(EventFilter(pattern: #"{"eventName": ["INSERT"]}"#))
        let server = try started(filters: [filter])
        let store = try store()
        let bookmark = folder.path + "/emulator/streams/f-Outbox.json"
        try await store.put(["id": "a"], into: "outbox", condition: nil)
        let instance = try #require(await spawner.next())
        let first = try await instance.next()
        #expect(try ids(first) == ["a"])
        try await instance.respond(first.requestID, "null")
        try await store.put(["id": "a", "n": 1], into: "outbox", condition: nil)
        #expect(
            await eventually { (try? StreamBookmark.load(from: bookmark))?.sequence == 2 })
        try await store.put(["id": "b"], into: "outbox", condition: nil)
        let second = try await instance.next()
        #expect(try ids(second) == ["b"])
        try await instance.respond(second.requestID, "null")
        try await onThread { server.stop() }
        store.close()
    }

    @Test(
        "a pattern is a list of texts for each member, all of which must match",
        arguments: [
            ("{}", true), (#"{"eventName": ["REMOVE", "MODIFY"]}"#, true),
            (#"{"eventName": ["INSERT"]}"#, false),
            (#"{"dynamodb": {"Keys": {"id": {"S": ["x", "a"]}}}}"#, true),
            (#"{"dynamodb": {"Keys": {"id": {"S": ["x"]}}}}"#, false),
            (#"{"dynamodb": {"Keys": {"id": {"N": ["a"]}}}}"#, false),
            (#"{"dynamodb": {"NewImage": {"n": {"N": ["2"]}}}}"#, true),
            (#"{"dynamodb": {"NewImage": {"m": {"N": ["2"]}}}}"#, false),
            (
                #"{"dynamodb": {"NewImage": {"n": {"N": ["2"]}}, "Keys": {"id": {"S": ["b"]}}}}"#,
                false
            ),
            (#"{"dynamodb": {"OldImage": {"n": {"N": ["1"]}}}, "eventName": ["MODIFY"]}"#, true),
            (#"{"dynamodb": {"OldImage": {"n": {"N": ["1"]}}}, "eventName": ["INSERT"]}"#, false),
        ])
    func matches(pattern: String, passes: Bool) throws {
        let filter = try #require(EventFilter(pattern: pattern))
        let record = ChangeRecord(
            sequence: 1, kind: .modify, keys: ["id": "a"], newImage: ["id": "a", "n": 2],
            oldImage: ["id": "a", "n": 1], atMs: 0)
        #expect(filter.passes(record.filterValue(hasImages: true)) == passes)
    }

    @Test("the waits between tries double up to a minute; empty looks end after a second")
    func policy() {
        let policy = StreamPolicy()
        #expect(
            (1...9).map { policy.retryDelayMs(afterFailures: $0) } == [
                1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
            ])
        #expect(
            (1...11).map { policy.relookDelayMs(afterEmptyLooks: $0) }
                == [2, 4, 8, 16, 32, 64, 128, 256, 512, nil, nil])
    }

    @Test("a bookmark that is none is refused, not taken for the beginning")
    func refusesBookmarks() throws {
        let path = folder.path + "/bookmark.json"
        #expect(try StreamBookmark.load(from: path) == StreamBookmark())
        let bookmark = StreamBookmark(sequence: 5, store: "1:2")
        try bookmark.save(to: path)
        #expect(try StreamBookmark.load(from: path) == bookmark)
        for wrong in ["", "{}", #"{"sequence":-1,"store":""}"#, #"{"sequence":"1","store":""}"#] {
            try folder.write("bookmark.json", wrong)
            #expect(throws: StreamBookmarkError.self) { try StreamBookmark.load(from: path) }
        }
    }
}
