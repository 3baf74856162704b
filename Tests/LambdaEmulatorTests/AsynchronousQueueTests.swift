import HTTPClient
import StrictJSON
import TableStore
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Asynchronous events")
struct AsynchronousQueueTests {
    private let spawner = TestSpawner()
    private let clock = ManualClock()
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func started(_ policy: AsynchronousPolicy = AsynchronousPolicy()) throws
        -> EmulatorServer
    {
        try started(function(asynchronous: policy))
    }

    private func function(
        _ name: String = "f", concurrencyMax: Int = 2,
        asynchronous: AsynchronousPolicy = AsynchronousPolicy()
    ) -> FunctionDefinition {
        FunctionDefinition(
            name: name, codeDirectory: "/none", timeoutMs: 900_000,
            concurrencyMax: concurrencyMax, asynchronous: asynchronous)
    }

    private func started(_ functions: FunctionDefinition...) throws -> EmulatorServer {
        let template = Template(
            functions: functions, queues: [QueueDefinition(name: "q"), QueueDefinition(name: "d")])
        var configuration = quietConfiguration(template, spawner: spawner, clock: clock.clock)
        configuration.dataDirectory = folder.path
        let server = EmulatorServer(configuration)
        try server.start()
        return server
    }

    /// Sends an event; its request id.
    @discardableResult
    private func send(
        _ body: String, to server: EmulatorServer, fields: [HTTPField] = []
    ) async throws -> String {
        let answer = try await call(
            "http://127.0.0.1:\(server.port)/2015-03-31/functions/f/invocations", method: "POST",
            fields: [HTTPField("X-Amz-Invocation-Type", "Event")] + fields, body: body)
        #expect(answer.status == 202)
        #expect(answer.body.isEmpty)
        return try #require(answer.field("x-amzn-RequestId"))
    }

    private func admin(
        _ server: EmulatorServer, _ path: String, method: String = "GET"
    ) async throws -> JSONValue {
        let answer = try await call(
            "http://127.0.0.1:\(server.port)/_emulator/\(path)", method: method,
            fields: adminFields)
        return try StrictJSON.parse(answer.body)
    }

    private func fail(_ instance: TestInstance, _ body: String = "{}") async throws -> String {
        let event = try await instance.next()
        _ = try await instance.send("POST", "invocation/\(event.requestID)/error", body: body)
        return event.requestID
    }

    private func advance(_ server: EmulatorServer, byMs ms: Int64) async {
        clock.advance(byMs: ms)
        server.clockChanged()
    }

    private func messages(in queue: String) throws -> [(body: String, attributes: String)] {
        let file = try SQLiteConnection(
            path: folder.path + "/asynchronous.db", mode: .readOnly, busyTimeoutMs: 0)
        let rows = try file.prepare(
            "SELECT body, coalesce(attributes, '') FROM messages WHERE queue = '\(queue)'")
        var messages: [(body: String, attributes: String)] = []
        while try rows.step() { messages.append((rows.text(0), rows.text(1))) }
        return messages
    }

    @Test("an event is delivered with its id and trace, and is gone once the function took it")
    func delivers() async throws {
        let server = try started()
        defer { server.stop() }
        let id = try await send(
            #"{"a":1}"#, to: server, fields: [HTTPField("X-Amzn-Trace-Id", "Root=1-a-b")])
        let instance = try #require(await spawner.next())
        let event = try await instance.next()
        #expect(event.requestID == id)
        #expect(event.body == #"{"a":1}"#)
        #expect(event.field("Lambda-Runtime-Trace-Id") == "Root=1-a-b")
        let list = try await admin(server, "events")
        #expect(list["inFlight"]?.number?.integer == 1)
        #expect(list["waiting"]?.number?.integer == 0)
        #expect(list["events"]?.array?.first?["state"]?.string == "inFlight")
        try await instance.respond(id, "null")
        await server.settle()
        #expect(
            try await admin(server, "events")
                == ["waiting": 0, "inFlight": 0, "dead": 0, "events": []])
    }

    @Test("a failed event comes again after 1 and 2 minutes under the same id, then is dead")
    func retries() async throws {
        let server = try started()
        defer { server.stop() }
        let id = try await send("[1]", to: server)
        let instance = try #require(await spawner.next())
        #expect(try await fail(instance) == id)
        await server.settle()
        for waitMs: Int64 in [60_000, 120_000] {
            let waiting = try await admin(server, "events?state=waiting")
            let event = try #require(waiting["events"]?.array?.first)
            let dueMs = try #require(event["dueMs"]?.number?.integer)
            #expect(dueMs == clock.clock.unixMs() + waitMs)
            #expect(event["errorType"]?.string == "Runtime.Unknown")
            await advance(server, byMs: waitMs)
            #expect(try await fail(instance, #"{"errorMessage":"no"}"#) == id)
            await server.settle()
        }
        let dead = try await admin(server, "events/\(id)")
        #expect(dead["state"]?.string == "dead")
        #expect(dead["condition"]?.string == "RetriesExhausted")
        #expect(dead["attempts"]?.number?.integer == 3)
        #expect(dead["errorMessage"]?.string == "no")
        #expect(dead["event"] == [1])
        #expect(dead["ageMs"]?.number?.integer == 180_000)
    }

    @Test("a dead event is redriven, one or all, and purged")
    func redrives() async throws {
        let server = try started(AsynchronousPolicy(retryAttemptsMax: 0))
        defer { server.stop() }
        let instance = try await dying(server, count: 2)
        let ids = try await admin(server, "events")["events"]?.array?.compactMap {
            $0["id"]?.string
        }
        let first = try #require(ids?.first)
        #expect(
            try await admin(server, "events/\(first)/redrive", method: "POST")
                == ["redriven": 1])
        #expect(try await instance.next().requestID == first)
        try await instance.respond(first, "null")
        #expect(try await admin(server, "events/redrive", method: "POST") == ["redriven": 1])
        #expect(try await fail(instance) == ids?.last)
        await server.settle()
        #expect(
            try await admin(server, "events?state=dead", method: "DELETE") == ["purged": 1])
        #expect(try await admin(server, "events")["dead"]?.number?.integer == 0)
        #expect(
            try await admin(server, "events/\(first)/redrive", method: "POST")
                == ["message": "no dead event has this id"])
    }

    private func dying(_ server: EmulatorServer, count: Int) async throws -> TestInstance {
        for number in 0..<count { try await send("[\(number)]", to: server) }
        let instance = try #require(await spawner.next())
        for _ in 0..<count { _ = try await fail(instance) }
        await server.settle()
        return instance
    }

    @Test("what an emulator leaves is delivered by the next one, with its attempts")
    func outlives() async throws {
        var server = try started()
        let ids = [try await send("[1]", to: server), try await send("[2]", to: server)]
        var instance = try #require(await spawner.next())
        #expect(try await fail(instance) == ids[0])
        #expect(try await instance.next().requestID == ids[1])
        try await onThread { [server] in server.stop() }
        server = try started()
        defer { server.stop() }
        instance = try #require(await spawner.next())
        let second = try await instance.next()
        #expect(second.requestID == ids[1], "it was in flight, and its end is not known")
        try await instance.respond(second.requestID, "null")
        await server.settle()
        await advance(server, byMs: 60_000)
        _ = try await fail(instance)
        await server.settle()
        let event = try await admin(server, "events/\(ids[0])")
        #expect(event["attempts"]?.number?.integer == 2)
    }

    @Test("half of a function's concurrency is left to callers who wait")
    func leavesRoom() async throws {
        let server = try started(function(concurrencyMax: 4))
        defer { server.stop() }
        for number in 0..<5 { try await send("[\(number)]", to: server) }
        let list = try await admin(server, "events")
        #expect(list["inFlight"]?.number?.integer == 2)
        #expect(list["waiting"]?.number?.integer == 3)
        for state in ["inFlight", "waiting"] {
            let one = try await admin(server, "events?limit=1&state=\(state)")
            #expect(one["events"]?.array?.map { $0["state"]?.string } == [state])
        }
        let instance = try #require(await spawner.next())
        var bodies: [String] = []
        for _ in 0..<5 {
            let event = try await instance.next()
            bodies.append(event.body)
            try await instance.respond(event.requestID, "null")
        }
        #expect(bodies == ["[0]", "[1]", "[2]", "[3]", "[4]"])
    }

    @Test("a function without concurrency is not run: its events are dead at once")
    func buries() async throws {
        let policy = AsynchronousPolicy(
            onFailure: .queue("q"), deadLetterQueue: "d")
        let server = try started(function(concurrencyMax: 0, asynchronous: policy))
        let id = try await send("[1]", to: server)
        await server.settle()
        let event = try await admin(server, "events/\(id)")
        #expect(event["condition"]?.string == "ZeroReservedConcurrency")
        #expect(event["attempts"]?.number?.integer == 0)
        try await onThread { server.stop() }
        let record = try #require(try messages(in: "q").first?.body)
        #expect(
            record.hasSuffix(
                #""condition":"ZeroReservedConcurrency","approximateInvokeCount":0},"#
                    + #""requestPayload":[1]}"#))
        #expect(try messages(in: "d").map(\.body) == ["[1]"])
    }

    @Test("the ends are told to the destinations and the dead-letter queue")
    func tells() async throws {
        let policy = AsynchronousPolicy(
            retryAttemptsMax: 0, onSuccess: .function("g"), onFailure: .queue("q"),
            deadLetterQueue: "d")
        let server = try started(function(asynchronous: policy), function("g"))
        let taken = try await send("[1]", to: server)
        let instance = try #require(await spawner.next())
        try await instance.respond(try await instance.next().requestID, #"{"x":2}"#)
        let other = try #require(await spawner.next())
        let told = try await other.next()
        let prefix = #"{"version":"1.0","timestamp":"2027-01-15T08:00:00.000Z","#
        func context(_ id: String, _ condition: String) -> String {
            #""requestContext":{"requestId":"\#(id)","functionArn":"arn:aws:lambda:us-east-1:"#
                + #"123456789012:function:f:$LATEST","condition":"\#(condition)","#
                + #""approximateInvokeCount":1},"#
        }
        #expect(
            told.body == prefix + context(taken, "Success") + #""requestPayload":[1],"#
                + #""responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"#
                + #""responsePayload":{"x":2}}"#)
        #expect(told.requestID != taken)
        try await other.respond(told.requestID, "null")
        let failed = try await send("[2]", to: server)
        _ = try await fail(instance, #"{"errorMessage":"no","errorType":"E"}"#)
        await server.settle()
        try await onThread { server.stop() }
        #expect(
            try messages(in: "q").map(\.body) == [
                prefix + context(failed, "RetriesExhausted") + #""requestPayload":[2],"#
                    + #""responseContext":{"statusCode":200,"executedVersion":"$LATEST","#
                    + #""functionError":"Unhandled"},"#
                    + #""responsePayload":{"errorMessage":"no","errorType":"E"}}"#
            ])
        let letters = try messages(in: "d")
        #expect(letters.map(\.body) == ["[2]"])
        #expect(
            letters.map(\.attributes) == [
                #"{"RequestID":{"DataType":"String","StringValue":"\#(failed)"},"#
                    + #""ErrorCode":{"DataType":"Number","StringValue":"200"},"#
                    + #""ErrorMessage":{"DataType":"String","StringValue":"no"}}"#
            ])
    }

    @Test("an event is delivered again by a clock that was put back, not after hours")
    func adoptsClock() async throws {
        clock.advance(byMs: 86_400_000)
        var server = try started()
        try await send("[1]", to: server)
        _ = try await fail(try #require(await spawner.next()))
        try await onThread { [server] in server.stop() }
        clock.advance(byMs: -86_400_000)
        server = try started()
        defer { server.stop() }
        await server.settle()
        let event = try await admin(server, "events")["events"]?.array?.first
        #expect(event?["ageMs"]?.number?.integer == 0)
        #expect(event?["dueMs"]?.number?.integer == clock.clock.unixMs() + 60_000)
    }

    @Test("a second emulator does not share the data directory")
    func refusesSharing() async throws {
        let server = try started()
        defer { server.stop() }
        let folder = folder
        let thrown = await #expect(throws: EmulatorError.self) {
            var configuration = quietConfiguration(Template(functions: []))
            configuration.dataDirectory = folder.path
            let second = EmulatorServer(configuration)
            try await onThread { try second.start() }
        }
        #expect(
            thrown?.description
                == "the data directory: another emulator uses it: asynchronous.db is locked")
    }
}
