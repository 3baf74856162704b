import HTTPClient
import Locking
import StrictJSON
import Testing

@testable import LambdaEmulator

@Suite("Queues as event sources")
struct QueueSourceTests {
    private let spawner = TestSpawner()
    private let clock = ManualClock()

    private func started(
        _ source: QueueSourceDefinition, queue name: String = "jobs", concurrencyMax: Int = 10,
        _ change: (inout QueueDefinition) -> Void = { _ in }
    ) throws -> EmulatorServer {
        var queue = QueueDefinition(name: name)
        change(&queue)
        let template = Template(
            functions: [
                FunctionDefinition(
                    name: "f", codeDirectory: "/none", timeoutMs: 900_000,
                    concurrencyMax: concurrencyMax)
            ], queues: [queue, QueueDefinition(name: "dead")], queueSources: [source])
        let server = EmulatorServer(
            quietConfiguration(template, spawner: spawner, clock: clock.clock))
        try server.start()
        return server
    }

    private func send(
        _ bodies: [String], to server: EmulatorServer, queue: String = "jobs",
        more: String = ""
    ) async throws {
        let entries = bodies.enumerated().map { index, body in
            let text = String(decoding: JSONValue.string(body).serialized(), as: UTF8.self)
            return #"{"Id":"\#(index)","MessageBody":\#(text)\#(more)}"#
        }
        let response = try await call(
            "http://127.0.0.1:\(server.port)/", method: "POST",
            fields: [HTTPField("X-Amz-Target", "AmazonSQS.SendMessageBatch")],
            body: #"{"QueueUrl":"\#(queue)","Entries":[\#(entries.joined(separator: ","))]}"#)
        #expect(response.status == 200 && !response.text.contains("Failed"), "\(response.text)")
    }

    private func records(_ event: TestInstance.Event) throws -> [JSONValue] {
        let limits = JSONLimits(bytesMax: 7_000_000, depthMax: 32)
        return try StrictJSON.parse(Array(event.body.utf8), limits: limits)["Records"]?.array ?? []
    }

    private func bodies(_ event: TestInstance.Event) throws -> [String] {
        try records(event).compactMap { $0["body"]?.string }
    }

    private func counts(_ server: EmulatorServer, _ queue: Int = 0) async throws -> [Int64?] {
        let answer = try await call("http://127.0.0.1:\(server.port)/_emulator/queues")
        let value = try StrictJSON.parse(answer.body)["queues"]?.array?[queue]
        return ["visible", "inFlight", "delayed"].map { value?[$0]?.number?.integer }
    }

    @Test("messages come as AWS sends them, and are deleted once the function took them")
    func delivers() async throws {
        let server = try started(QueueSourceDefinition(function: "f", queue: "jobs"))
        defer { server.stop() }
        try await send(
            ["a"], to: server,
            more: #","MessageAttributes":{"n":{"DataType":"Number","StringValue":"7"}}"#)
        let instance = try #require(await spawner.next())
        let event = try await instance.next()
        let record = try #require(try records(event).first)
        #expect(
            record.object?.map(\.name) == [
                "messageId", "receiptHandle", "body", "attributes", "messageAttributes",
                "md5OfBody", "eventSource", "eventSourceARN", "awsRegion",
            ])
        #expect(record["body"] == "a")
        #expect(record["attributes"]?["ApproximateReceiveCount"] == "1")
        #expect(
            record["messageAttributes"] == [
                "n": [
                    "stringValue": "7", "stringListValues": [], "binaryListValues": [],
                    "dataType": "Number",
                ]
            ])
        #expect(record["md5OfBody"] == "0cc175b9c0f1b6a831c399e269772661")
        #expect(record["eventSourceARN"] == "arn:aws:sqs:us-east-1:123456789012:jobs")
        #expect(try await counts(server) == [0, 1, 0])
        try await instance.respond(event.requestID, "null")
        await server.settle()
        #expect(try await counts(server) == [0, 0, 0])
    }

    @Test("a failed batch is visible again after its timeout, then goes to the dead letters")
    func fails() async throws {
        let server = try started(QueueSourceDefinition(function: "f", queue: "jobs")) { queue in
            queue.redrive = QueueDefinition.Redrive(queue: "dead", receiveCountMax: 2)
        }
        defer { server.stop() }
        try await send(["a", "b"], to: server)
        let instance = try #require(await spawner.next())
        for attempt in 1...2 {
            let event = try await instance.next()
            #expect(try bodies(event).sorted() == ["a", "b"])
            #expect(
                try records(event).first?["attributes"]?["ApproximateReceiveCount"]
                    == .string(String(attempt)))
            _ = try await instance.send(
                "POST", "invocation/\(event.requestID)/error", body: "{}")
            await server.settle()
            #expect(try await counts(server) == [0, 2, 0])
            clock.advance(byMs: 30_000)
            server.clockChanged()
        }
        await server.settle()
        #expect(try await counts(server) == [0, 0, 0])
        #expect(try await counts(server, 1) == [2, 0, 0])
    }

    @Test("of a batch that failed in part only those messages come again")
    func failsInPart() async throws {
        var source = QueueSourceDefinition(function: "f", queue: "jobs")
        source.reportsItemFailures = true
        source.windowMs = 1_000
        let server = try started(source)
        defer { server.stop() }
        try await send(["a", "b", "c"], to: server)
        clock.advance(byMs: 1_000)
        server.clockChanged()
        let instance = try #require(await spawner.next())
        let event = try await instance.next()
        let failed = try #require(
            try records(event).first { $0["body"] == "b" }?["messageId"]?.string)
        try await instance.respond(
            event.requestID, #"{"batchItemFailures":[{"itemIdentifier":"\#(failed)"}]}"#)
        await server.settle()
        #expect(try await counts(server) == [0, 1, 0])
        clock.advance(byMs: 31_000)
        server.clockChanged()
        let again = try await instance.next()
        #expect(try bodies(again) == ["b"])
        try await instance.respond(again.requestID, #"{"batchItemFailures":[]}"#)
        await server.settle()
        #expect(try await counts(server) == [0, 0, 0])
    }

    @Test("a batch is complete, or its first message has waited for the window")
    func batches() async throws {
        var source = QueueSourceDefinition(function: "f", queue: "jobs", batchSize: 3)
        source.windowMs = 5_000
        let server = try started(source, concurrencyMax: 1)
        defer { server.stop() }
        try await send(["a", "b"], to: server)
        await server.settle()
        #expect(try await counts(server) == [2, 0, 0])
        try await send(["c", "d"], to: server)
        let instance = try #require(await spawner.next())
        let first = try await instance.next()
        #expect(try bodies(first) == ["a", "b", "c"])
        try await instance.respond(first.requestID, "null")
        await server.settle()
        #expect(try await counts(server) == [1, 0, 0])
        clock.advance(byMs: 5_000)
        server.clockChanged()
        let second = try await instance.next()
        #expect(try bodies(second) == ["d"])
        try await instance.respond(second.requestID, "null")
    }

    @Test("no event is larger than a function takes")
    func bounds() async throws {
        let server = try started(
            QueueSourceDefinition(function: "f", queue: "jobs"), concurrencyMax: 1)
        defer { server.stop() }
        // Each byte of these takes two in JSON.
        let text = String(repeating: #"\""#, count: 1_000_000)
        for _ in 0..<4 {
            let sent = try await call(
                "http://127.0.0.1:\(server.port)/", method: "POST",
                fields: [HTTPField("X-Amz-Target", "AmazonSQS.SendMessage")],
                body: #"{"QueueUrl":"jobs","MessageBody":"\#(text)"}"#)
            #expect(sent.status == 200)
        }
        let instance = try #require(await spawner.next())
        var count = 0
        while count < 4 {
            let event = try await instance.next()
            #expect(event.body.utf8.count <= 6 * 1024 * 1024)
            // Read with little effort: there are megabytes of it.
            count += event.body.split(separator: #""messageId":"#).count - 1
            try await instance.respond(event.requestID, "null")
        }
        await server.settle()
        #expect(try await counts(server) == [0, 0, 0])
    }

    @Test("messages that no filter lets pass are removed")
    func filters() async throws {
        var source = QueueSourceDefinition(function: "f", queue: "jobs")
        source.filters = [
            try #require(EventFilter(pattern: #"{"body": {"kind": [{"prefix": "a"}]}}"#)),
            try #require(EventFilter(pattern: #"{"body": ["plain"]}"#)),
        ]
        source.windowMs = 1_000
        let server = try started(source)
        defer { server.stop() }
        try await send(
            [#"{"kind":"ab"}"#, #"{"kind":"b"}"#, "plain", "other", #"["kind"]"#], to: server)
        clock.advance(byMs: 1_000)
        server.clockChanged()
        let instance = try #require(await spawner.next())
        let event = try await instance.next()
        #expect(try bodies(event) == [#"{"kind":"ab"}"#, "plain"])
        try await instance.respond(event.requestID, "null")
        await server.settle()
        #expect(try await counts(server) == [0, 0, 0])
    }

    @Test("of one group one batch is in flight at a time")
    func ordered() async throws {
        let source = QueueSourceDefinition(function: "f", queue: "line.fifo", batchSize: 1)
        let server = try started(source, queue: "line.fifo") { $0.deduplicatesByContent = true }
        defer { server.stop() }
        try await send(
            ["1", "2", "3"], to: server, queue: "line.fifo", more: #","MessageGroupId":"g""#)
        let instance = try #require(await spawner.next())
        for number in ["1", "2", "3"] {
            let event = try await instance.next()
            #expect(try bodies(event) == [number])
            #expect(try await counts(server)[1] == 1)
            try await instance.respond(event.requestID, "null")
        }
        await server.settle()
        #expect(try await counts(server) == [0, 0, 0])
    }

    @Test("the clock that is put ahead brings delays and visibility timeouts to their ends")
    func advances() async throws {
        let server = try started(QueueSourceDefinition(function: "f", queue: "jobs"))
        defer { server.stop() }
        try await send(["a"], to: server, more: #","DelaySeconds":60"#)
        async let fired = server.advance(by: .seconds(100))
        let instance = try #require(await spawner.next())
        let first = try await instance.next()
        _ = try await instance.send("POST", "invocation/\(first.requestID)/error", body: "{}")
        let second = try await instance.next()
        try await instance.respond(second.requestID, "null")
        let start = clock.clock.unixMs()
        #expect(
            try await fired.map {
                "\(($0.atMs - start) / 1_000) \($0.source) \($0.attempt) \($0.outcome)"
            } == ["60 queue:jobs 1 Runtime.Unknown", "90 queue:jobs 2 success"])
    }
}
