import Glibc
import HTTPClient
import Locking
import Testing

@testable import LambdaEmulator

@Suite("Instances that take several invocations at once")
struct SharedInstanceTests {
    private let spawner = TestSpawner()
    private let clock = ManualClock()

    private func started(perInstance: Int, concurrencyMax: Int = 10) throws -> EmulatorServer {
        let definition = FunctionDefinition(
            name: "f", codeDirectory: "/none", concurrencyMax: concurrencyMax,
            invocationsPerInstanceMax: perInstance)
        let server = EmulatorServer(
            quietConfiguration(
                Template(functions: [definition]), spawner: spawner, clock: clock.clock))
        try server.start()
        return server
    }

    private func event(_ text: String = "{}") -> [UInt8] { Array(text.utf8) }

    @Test("one instance works on several calls, and their answers come in any order")
    func anyOrder() async throws {
        let server = try started(perInstance: 3)
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        async let first = server.invoke(function: "f", payload: event("1"))
        let instance = try #require(await spawner.next())
        let one = try await instance.next()
        async let second = server.invoke(function: "f", payload: event("2"))
        let two = try await instance.next()
        async let third = server.invoke(function: "f", payload: event("3"))
        let three = try await instance.next()
        #expect([one.body, two.body, three.body] == ["1", "2", "3"])
        #expect(pool.status.inFlight == 3)
        instance.print("of two \(two.requestID)")
        instance.print("of nobody")
        #expect(try await instance.respond("other", "0").status == 400)
        #expect(try await instance.respond(three.requestID, "30").status == 202)
        #expect(try await instance.respond(one.requestID, "10").status == 202)
        #expect(try await instance.respond(two.requestID, "20").status == 202)
        #expect(try await instance.respond(two.requestID, "21").status == 400)
        let answers = try await [first, second, third]
        #expect(answers.map(\.text) == ["10", "20", "30"])
        #expect(answers[2].logText.contains("Init Duration"))
        #expect(
            answers[1].logText == """
                START RequestId: \(two.requestID) Version: $LATEST
                of two \(two.requestID)
                END RequestId: \(two.requestID)
                REPORT RequestId: \(two.requestID)\tDuration: 0.00 ms\tBilled Duration: 0 ms\
                \tMemory Size: 128 MB\tMax Memory Used: 42 MB\t

                """)
        #expect(spawner.count.withLock { $0 } == 1)
    }

    @Test("as many requests for work as declared may wait, one more is refused")
    func tooMany() async throws {
        let server = try started(perInstance: 2)
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        async let answer = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        try await instance.respond(next.requestID, "1")
        _ = try await answer
        async let one = instance.send("GET", "invocation/next")
        async let two = instance.send("GET", "invocation/next")
        #expect(await eventually { pool.state.withLock { $0.idle.count } == 2 })
        let three = try await instance.send("GET", "invocation/next")
        #expect(three.status == 500)
        #expect(three.text.contains(#""errorType":"Runtime.TooManyIdleRuntimes""#))
        // The two that wait are none the worse for it.
        async let first = server.invoke(function: "f", payload: event())
        async let second = server.invoke(function: "f", payload: event())
        for waiting in try await [one, two] {
            #expect(waiting.status == 200)
            let requestID = try #require(waiting.field(RuntimeField.requestID))
            try await instance.respond(requestID, "2")
        }
        let answers = try await [first.text, second.text]
        #expect(answers == ["2", "2"])
    }

    @Test("a call that takes too long is failed alone; its late answer is refused")
    func timesOut() async throws {
        let server = try started(perInstance: 2)
        defer { server.stop() }
        async let first = server.invoke(function: "f", payload: event("1"))
        let instance = try #require(await spawner.next())
        let one = try await instance.next()
        clock.advance(byMs: 1)
        async let second = server.invoke(function: "f", payload: event("2"))
        let two = try await instance.next()
        clock.advance(byMs: 2_999)
        server.clockChanged()
        let failed = try await first
        #expect(failed.failure == InvocationFailure(kind: .timeout, errorType: "Sandbox.Timedout"))
        #expect(failed.logText.contains("Status: timeout"))
        for action in ["response", "error"] {
            let late = try await instance.send(
                "POST", "invocation/\(one.requestID)/\(action)", body: "{}")
            #expect(late.status == 410)
            #expect(late.text.contains(#""errorType":"InvokeTimeout""#))
        }
        #expect(try await instance.respond(two.requestID, "20").status == 202)
        #expect(try await second.text == "20")
        #expect(instance.signals.withLock { $0 } == [])
        async let third = server.invoke(function: "f", payload: event("3"))
        let three = try await instance.next()
        try await instance.respond(three.requestID, "30")
        #expect(try await third.text == "30")
    }

    @Test("a process that ends fails every call it works on")
    func dies() async throws {
        let server = try started(perInstance: 3)
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        async let first = server.invoke(function: "f", payload: event("1"))
        let instance = try #require(await spawner.next())
        _ = try await instance.next()
        async let second = server.invoke(function: "f", payload: event("2"))
        _ = try await instance.next()
        async let waiting = instance.send("GET", "invocation/next")
        #expect(await eventually { pool.state.withLock { $0.idle.count } == 1 })
        instance.end(.signal(SIGKILL))
        for answer in try await [first, second] {
            #expect(answer.failure?.errorType == "Runtime.ExitError")
            #expect(
                answer.text.contains(
                    "RequestId: \(answer.requestID) Error: Runtime exited with error: "
                        + "signal: killed"))
        }
        #expect(try await waiting.status == 500)
        #expect(pool.liveCount == 0)
    }

    @Test("no other instance comes up while one still opens lanes, one does when all are busy")
    func grows() async throws {
        let server = try started(perInstance: 2, concurrencyMax: 2)
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        func dueInNs() -> Int64? {
            let now = clock.clock.steadyNs()
            return pool.state.withLock { pool.startDueNs($0) }.map { $0 - now }
        }
        async let first = server.invoke(function: "f", payload: event("1"))
        let one = try #require(await spawner.next())
        async let second = server.invoke(function: "f", payload: event("2"))
        #expect(await eventually { pool.status.waiting == 2 })
        clock.advance(byMs: 10)
        #expect(dueInNs() == nil, "the one that starts takes both")
        let event1 = try await one.next()
        #expect(dueInNs() == 10_000_000, "it may open its second lane in a moment")
        let event2 = try await one.next()
        async let third = server.invoke(function: "f", payload: event("3"))
        #expect(await eventually { pool.status.waiting == 1 })
        #expect(dueInNs() == 10_000_000)
        #expect(spawner.count.withLock { $0 } == 1)
        clock.advance(byMs: 10)
        server.clockChanged()
        let two = try #require(await spawner.next())
        let event3 = try await two.next()
        for (instance, event) in [(two, event3), (one, event2), (one, event1)] {
            try await instance.respond(event.requestID, event.body)
        }
        let answers = try await [first.text, second.text, third.text]
        #expect(answers.sorted() == ["1", "2", "3"])
    }

    @Test("a runtime that knows nothing of this works on one call after another")
    func oneLane() async throws {
        let server = try started(perInstance: 16, concurrencyMax: 1)
        defer { server.stop() }
        async let first = server.invoke(function: "f", payload: event("1"))
        async let second = server.invoke(function: "f", payload: event("2"))
        let instance = try #require(await spawner.next())
        for _ in 0..<2 {
            let next = try await instance.next()
            try await instance.respond(next.requestID, next.body)
        }
        #expect(try await first.text == "1")
        #expect(try await second.text == "2")
    }

    @Test("the process is told how much it may take, and a template cannot say otherwise")
    func environment() {
        var definition = FunctionDefinition(
            name: "f", codeDirectory: "/none",
            environment: ["AWS_LAMBDA_MAX_CONCURRENCY": "99"])
        func variables() -> [String] {
            FunctionEnvironment(
                definition: definition, runtimeAPI: "127.0.0.1:1", logStream: "s", region: "r"
            ).make().filter { $0.contains("CONCURRENCY") || $0.contains("INITIALIZATION") }
        }
        #expect(variables() == ["AWS_LAMBDA_INITIALIZATION_TYPE=on-demand"])
        definition.invocationsPerInstanceMax = 4
        #expect(
            variables() == [
                "AWS_LAMBDA_INITIALIZATION_TYPE=lambda-managed-instances",
                "AWS_LAMBDA_MAX_CONCURRENCY=4",
            ])
    }
}
