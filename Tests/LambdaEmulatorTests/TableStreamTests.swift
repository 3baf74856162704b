import HTTPClient
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
        batchSize: Int = 100, retryMs: Int = 1, filters: [EventFilter] = [],
        clock: EmulatorClock? = nil, _ change: (inout StreamDefinition) -> Void = { _ in }
    ) throws -> EmulatorServer {
        try FileContent.makeDirectory(folder.path + "/data")
        var stream = StreamDefinition(
            function: "f", table: "Outbox", storePath: folder.path + "/data/t.db",
            tableName: "outbox", batchSize: batchSize, filters: filters)
        change(&stream)
        let template = Template(
            functions: [
                FunctionDefinition(
                    name: "f", codeDirectory: "/", timeoutMs: 60_000, concurrencyMax: 1)
            ],
            streams: [stream], queues: [QueueDefinition(name: "given-up")])
        var configuration = quietConfiguration(template, spawner: spawner, clock: clock)
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

    /// A store whose writers go by a clock that a test sets.
    private func store(_ clock: ManualClock) throws -> SQLiteStore {
        let table = TableDefinition(
            name: "outbox", partitionKey: KeyAttribute(name: "id", type: .string),
            hasStream: true)
        return try SQLiteStore(
            path: folder.path + "/data/t.db", tables: [table], now: { clock.clock.unixMs() })
    }

    private func put(_ ids: [String], into store: SQLiteStore) async throws {
        for id in ids { try await store.put(["id": .string(id)], into: "outbox", condition: nil) }
    }

    private func fail(_ instance: TestInstance) async throws -> [String] {
        let event = try await instance.next()
        _ = try await instance.send("POST", "invocation/\(event.requestID)/error", body: "{}")
        return try ids(event)
    }

    @Test("from the record that the function names, the rest of a batch comes again")
    func failsInPart() async throws {
        let server = try started { $0.reportsItemFailures = true }
        defer { server.stop() }
        let store = try store()
        try await store.transact(["a", "b", "c"].map { .put(["id": .string($0)], into: "outbox") })
        let instance = try #require(await spawner.next())
        let first = try await instance.next()
        #expect(try ids(first) == ["a", "b", "c"])
        try await instance.respond(
            first.requestID,
            #"{"batchItemFailures":[{"itemIdentifier":"3"},{"itemIdentifier":"2"}]}"#)
        let second = try await instance.next()
        #expect(try ids(second) == ["b", "c"])
        let bookmark = folder.path + "/emulator/streams/f-Outbox.json"
        #expect(try StreamBookmark.load(from: bookmark).sequence == 1)
        try await instance.respond(second.requestID, #"{"batchItemFailures":[]}"#)
        await server.settle()
        #expect(try StreamBookmark.load(from: bookmark).sequence == 3)
        store.close()
    }

    @Test("halves of a failed batch come at once; what is given up is told to the queue")
    func bisects() async throws {
        let clock = ManualClock()
        let server = try started(retryMs: 1_000, clock: clock.clock) { stream in
            stream.bisects = true
            stream.retryAttemptsMax = 1
            stream.onFailureQueue = "given-up"
        }
        defer { server.stop() }
        let store = try store(clock)
        try await store.transact(["a", "b"].map { .put(["id": .string($0)], into: "outbox") })
        let instance = try #require(await spawner.next())
        #expect(try await fail(instance) == ["a", "b"])
        #expect(try await fail(instance) == ["a"])
        await server.settle()
        async let fired = server.advance(by: .seconds(1))
        #expect(try await fail(instance) == ["a"])
        let last = try await instance.next()
        #expect(try ids(last) == ["b"])
        try await instance.respond(last.requestID, "null")
        #expect(
            try await fired.map { "\($0.source) \($0.attempt) \($0.recordCount) \($0.outcome)" }
                == ["stream:Outbox 2 1 Runtime.Unknown", "stream:Outbox 1 1 success"])
        let answer = try await call(
            "http://127.0.0.1:\(server.port)/", method: "POST",
            fields: [HTTPField("X-Amz-Target", "AmazonSQS.ReceiveMessage")],
            body: #"{"QueueUrl":"given-up"}"#)
        let body = try StrictJSON.parse(answer.body)["Messages"]?.array?.first?["Body"]?.string
        let record = try StrictJSON.parse(Array((body ?? "").utf8))
        #expect(record["requestContext"]?["condition"] == "RetryAttemptsExhausted")
        #expect(record["requestContext"]?["approximateInvokeCount"] == 2)
        #expect(
            record["DDBStreamBatchInfo"] == [
                "shardId": "shardId-00000000000000000000-00000000", "startSequenceNumber": "1",
                "endSequenceNumber": "1",
                "approximateArrivalOfFirstRecord": "2027-01-15T08:00:00Z",
                "approximateArrivalOfLastRecord": "2027-01-15T08:00:00Z", "batchSize": 1,
                "streamArn": "arn:aws:dynamodb:us-east-1:123456789012:table/Outbox/stream/local",
            ])
        store.close()
    }

    @Test("a record that becomes too old is given up, one that is written later is not")
    func expires() async throws {
        let clock = ManualClock()
        let server = try started(retryMs: 40_000, clock: clock.clock) { stream in
            stream.recordAgeMaxMs = 60_000
        }
        defer { server.stop() }
        let store = try store(clock)
        try await put(["a"], into: store)
        let instance = try #require(await spawner.next())
        #expect(try await fail(instance) == ["a"])
        await server.settle()
        async let first = server.advance(by: .seconds(40))
        #expect(try await fail(instance) == ["a"])
        #expect(try await first.count == 1)
        #expect(try await server.advance(by: .seconds(80)).isEmpty, "it was 60 s old at its retry")
        try await put(["b"], into: store)
        let event = try await instance.next()
        #expect(try ids(event) == ["b"])
        try await instance.respond(event.requestID, "null")
        store.close()
    }

    @Test("a batch waits for others, up to its window")
    func windows() async throws {
        let clock = ManualClock()
        let server = try started(batchSize: 3, clock: clock.clock) { $0.windowMs = 5_000 }
        defer { server.stop() }
        let store = try store(clock)
        try await put(["a", "b"], into: store)
        await server.settle()
        async let fired = server.advance(by: .seconds(5))
        let instance = try #require(await spawner.next())
        let first = try await instance.next()
        #expect(try ids(first) == ["a", "b"])
        try await instance.respond(first.requestID, "null")
        #expect(try await fired.map(\.recordCount) == [2])
        try await put(["c", "d", "e"], into: store)
        let full = try await instance.next()
        #expect(try ids(full) == ["c", "d", "e"])
        try await instance.respond(full.requestID, "null")
        store.close()
    }

    @Test("a batch that is full does not wait for its window, however soon the clock is put ahead")
    func fills() async throws {
        let clock = ManualClock()
        let server = try started(batchSize: 3, clock: clock.clock) { $0.windowMs = 5_000 }
        defer { server.stop() }
        let store = try store(clock)
        try await put(["a", "b"], into: store)
        await server.settle()
        try await put(["c"], into: store)
        async let fired = server.advance(by: .seconds(5))
        let instance = try #require(await spawner.next())
        let event = try await instance.next()
        #expect(try ids(event) == ["a", "b", "c"])
        try await instance.respond(event.requestID, "null")
        #expect(try await fired.map(\.atMs) == [clock.clock.unixMs()])
        store.close()
    }

    @Test("from the latest on, what was there before the first start is passed over")
    func startsAtLatest() async throws {
        try FileContent.makeDirectory(folder.path + "/data")
        let store = try store()
        try await put(["a", "b"], into: store)
        let server = try started { $0.startsAtLatest = true }
        await server.settle()
        try await put(["c"], into: store)
        let instance = try #require(await spawner.next())
        let event = try await instance.next()
        #expect(try ids(event) == ["c"])
        try await instance.respond(event.requestID, "null")
        await server.settle()
        try await onThread { server.stop() }
        try await put(["d"], into: store)
        let again = try started { $0.startsAtLatest = true }
        defer { again.stop() }
        let successor = try #require(await spawner.next())
        let left = try await successor.next()
        #expect(try ids(left) == ["d"], "a later start goes on where the last one ended")
        try await successor.respond(left.requestID, "null")
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
