import Glibc
import HTTPClient
import Locking
import Testing

@testable import LambdaEmulator

@Suite("New code of a function")
struct ReloadTests {
    private let spawner = TestSpawner()
    private let clock = ManualClock()

    private func started(perInstance: Int = 1, concurrencyMax: Int = 10) throws -> EmulatorServer {
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

    /// An instance that has answered a call and waits for the next one.
    private func warm(
        _ server: EmulatorServer
    ) async throws -> (instance: TestInstance, next: Task<HTTPResponse, any Error>) {
        async let result = server.invoke(function: "f", payload: event("warm"))
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        try await instance.respond(next.requestID, "1")
        _ = try await result
        let waiting = Task { try await instance.send("GET", "invocation/next") }
        let pool = try #require(server.pool(named: "f"))
        #expect(await eventually { pool.state.withLock { !$0.idle.isEmpty } })
        return (instance, waiting)
    }

    @Test("the old instance serves until the new one asks for work, and is ended then")
    func takesOver() async throws {
        let server = try started(concurrencyMax: 1)
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        let (old, waiting) = try await warm(server)
        pool.reload(because: "f/bootstrap")
        let new = try #require(await spawner.next())
        async let between = server.invoke(function: "f", payload: event("between"))
        let given = try await waiting.value
        #expect(given.text == "between")
        let id = try #require(given.field(RuntimeField.requestID))
        try await old.respond(id, "old")
        #expect(try await between.text == "old")
        async let last = old.send("GET", "invocation/next")
        #expect(await eventually { pool.state.withLock { !$0.idle.isEmpty } })
        #expect(old.signals.withLock { $0 } == [])
        async let first = new.next()
        #expect(await eventually { old.signals.withLock { $0 } == [SIGTERM] })
        #expect(try await last.status == 500)
        async let after = server.invoke(function: "f", payload: event("after"))
        let next = try await first
        #expect(next.body == "after")
        try await new.respond(next.requestID, "new")
        #expect(try await after.text == "new")
        #expect(spawner.count.withLock { $0 } == 2)
    }

    @Test("what the old instance works on is finished before it is ended")
    func finishes() async throws {
        let server = try started()
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        async let slow = server.invoke(function: "f", payload: event("slow"))
        let old = try #require(await spawner.next())
        let working = try await old.next()
        pool.reload(because: "f/bootstrap")
        let new = try #require(await spawner.next())
        async let fresh = new.next()
        async let quick = server.invoke(function: "f", payload: event("quick"))
        let next = try await fresh
        try await new.respond(next.requestID, "new")
        #expect(try await quick.text == "new")
        #expect(old.signals.withLock { $0 } == [])
        try await old.respond(working.requestID, "old")
        #expect(try await slow.text == "old")
        #expect(try await old.send("GET", "invocation/next").status == 500)
        #expect(old.signals.withLock { $0 } == [SIGTERM])
    }

    @Test("one with several lanes is ended when the last of them has come back")
    func finishesLanes() async throws {
        let server = try started(perInstance: 2)
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        async let slow = server.invoke(function: "f", payload: event("slow"))
        let old = try #require(await spawner.next())
        let working = try await old.next()
        async let idle = old.send("GET", "invocation/next")
        #expect(await eventually { pool.state.withLock { !$0.idle.isEmpty } })
        pool.reload(because: "f/bootstrap")
        let new = try #require(await spawner.next())
        async let fresh = new.next()
        #expect(
            await eventually {
                pool.state.withLock { $0.instances.values.contains(where: \.isRetiring) }
            })
        async let quick = server.invoke(function: "f", payload: event("quick"))
        let next = try await fresh
        #expect(next.body == "quick", "no lane of the old one is used any more")
        try await new.respond(next.requestID, "new")
        try await old.respond(working.requestID, "old")
        #expect(try await [slow.text, quick.text] == ["old", "new"])
        #expect(old.signals.withLock { $0 } == [])
        #expect(try await old.send("GET", "invocation/next").status == 500)
        #expect(try await idle.status == 500)
        #expect(old.signals.withLock { $0 } == [SIGTERM])
    }

    @Test("new code that does not start leaves the old one serving, until newer code does")
    func keepsOld() async throws {
        let server = try started(concurrencyMax: 3)
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        let (old, waiting) = try await warm(server)
        pool.reload(because: "f/bootstrap")
        let broken = try #require(await spawner.next())
        broken.end(.status(1))
        async let first = server.invoke(function: "f", payload: event("1"))
        let id = try #require(try await waiting.value.field(RuntimeField.requestID))
        async let second = server.invoke(function: "f", payload: event("2"))
        #expect(await eventually { pool.status.waiting == 1 })
        #expect(pool.state.withLock { pool.startDueNs($0) } == nil, "no more of the broken code")
        try await old.respond(id, "1")
        let two = try await old.next()
        try await old.respond(two.requestID, "2")
        #expect(try await [first.text, second.text] == ["1", "2"])
        pool.reload(because: "f/bootstrap")
        let good = try #require(await spawner.next())
        async let third = good.next()
        async let last = server.invoke(function: "f", payload: event("3"))
        let next = try await third
        try await good.respond(next.requestID, "3")
        #expect(try await last.text == "3")
        #expect(try await old.send("GET", "invocation/next").status == 500)
    }

    @Test("a process that ends before it asks for work is no mistake of code that serves")
    func growsOn() async throws {
        let server = try started()
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        async let first = server.invoke(function: "f", payload: event("1"))
        let one = try #require(await spawner.next())
        let firstEvent = try await one.next()
        async let second = server.invoke(function: "f", payload: event("2"))
        #expect(await eventually { pool.status.waiting == 1 })
        clock.advance(byMs: 1)
        server.clockChanged()
        try #require(await spawner.next()).end(.signal(SIGKILL))
        #expect(await eventually { pool.liveCount == 1 })
        // Not at once: a program that always ends so would be started without a pause.
        clock.advance(byMs: 50)
        server.clockChanged()
        let three = try #require(await spawner.next())
        try await three.respond(try await three.next().requestID, "2")
        #expect(try await second.text == "2")
        try await one.respond(firstEvent.requestID, "1")
        #expect(try await first.text == "1")
        #expect(!server.log.contains("the new code does not start"))
    }

    @Test("without an instance nothing is started before the next call")
    func startsNothing() async throws {
        let server = try started()
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        pool.reload(because: "f/bootstrap")
        #expect(pool.liveCount == 0)
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        try await instance.respond(next.requestID, "1")
        #expect(try await result.text == "1")
        #expect(spawner.count.withLock { $0 } == 1)
    }

    @Test("calls are refused with what the compiler said, until the code can be built again")
    func refuses() async throws {
        let server = try started()
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        pool.noteBuild(BuildFailure(lines: [Array("a.swift:1: error".utf8), Array("x".utf8)]))
        await #expect(throws: EmulatorError.buildFailed("a.swift:1: error\nx")) {
            try await server.invoke(function: "f", payload: event())
        }
        let path = "http://127.0.0.1:\(server.port)/2015-03-31/functions/f/invocations"
        let answer = try await call(path, method: "POST", body: "{}")
        #expect(answer.status == 500)
        #expect(answer.field("x-amzn-ErrorType") == "ServiceException")
        #expect(
            answer.text
                == #"{"Type":"Service","Message":"the code cannot be built:\na.swift:1: error\nx"}"#
        )
        pool.noteBuild(nil)
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        try await instance.respond(next.requestID, "1")
        #expect(try await result.text == "1")
    }
}
