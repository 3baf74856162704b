import TestSupport
import Glibc
import HTTPClient
import Locking
import Testing

@testable import LambdaEmulator

@Suite("Rest and end of instances")
struct InstanceEndTests {
    private let spawner = TestSpawner()
    private let clock = ManualClock()

    private func started(
        perInstance: Int = 1, _ change: (inout InstancePolicy) -> Void
    ) throws -> EmulatorServer {
        let definition = FunctionDefinition(
            name: "f", codeDirectory: "/none", invocationsPerInstanceMax: perInstance)
        var configuration = quietConfiguration(
            Template(functions: [definition]), spawner: spawner, clock: clock.clock)
        change(&configuration.instances)
        let server = EmulatorServer(configuration)
        try server.start()
        return server
    }

    private func event(_ text: String = "{}") -> [UInt8] { Array(text.utf8) }

    private func pass(_ ms: Int64, _ server: EmulatorServer) {
        clock.advance(byMs: ms)
        server.clockChanged()
    }

    private func isIdle(_ server: EmulatorServer, lanes: Int = 1) async throws {
        let pool = try #require(server.pool(named: "f"))
        #expect(await eventually { pool.state.withLock { $0.idle.count } == lanes })
    }

    @Test("an instance that has waited for work too long is ended, one that works is not")
    func endsIdle() async throws {
        let server = try started { $0.idleTimeoutMs = 60_000 }
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        async let first = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        clock.advance(byMs: 2_000)
        try await instance.respond(next.requestID, "1")
        _ = try await first
        async let idle = instance.send("GET", "invocation/next")
        try await isIdle(server)
        #expect(pool.idleEndMs == clock.clock.unixMs() + 60_000)
        pass(59_999, server)
        #expect(instance.signals.withLock { $0 } == [])
        pass(1, server)
        #expect(await eventually { instance.signals.withLock { $0 } == [SIGTERM] })
        #expect(try await idle.status == 500)
        #expect(pool.liveCount == 0 && pool.idleEndMs == .max)
        async let second = server.invoke(function: "f", payload: event())
        let other = try #require(await spawner.next())
        let again = try await other.next()
        try await other.respond(again.requestID, "2")
        #expect(try await second.text == "2")
    }

    @Test("what does not end at SIGTERM is killed after the time it has for that")
    func killsStubborn() async throws {
        let server = try started {
            $0.idleTimeoutMs = 1_000
            $0.terminationMs = 300
        }
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        instance.ignored.withLock { $0 = [SIGTERM] }
        let next = try await instance.next()
        try await instance.respond(next.requestID, "1")
        _ = try await result
        async let idle = instance.send("GET", "invocation/next")
        try await isIdle(server)
        pass(1_000, server)
        #expect(await eventually { instance.signals.withLock { $0 } == [SIGTERM] })
        pass(300, server)
        #expect(await eventually { instance.signals.withLock { $0 } == [SIGTERM, SIGKILL] })
        #expect(try await idle.status == 500)
    }

    @Test("without a time for SIGTERM there is none, as on AWS without extensions")
    func killsAtOnce() async throws {
        let server = try started { $0.terminationMs = 0 }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        try await instance.respond(next.requestID, "1")
        _ = try await result
        try await onThread { server.stop() }
        #expect(instance.signals.withLock { $0 } == [SIGKILL])
    }

    @Test("processes are stopped while they wait for work, and go on when they are given some")
    func freezes() async throws {
        let server = try started { $0.freezesIdle = true }
        defer { server.stop() }
        async let first = server.invoke(function: "f", payload: event("1"))
        let instance = try #require(await spawner.next())
        let one = try await instance.next()
        #expect(instance.signals.withLock { $0 } == [])
        try await instance.respond(one.requestID, "1")
        _ = try await first
        async let frozen = instance.next()
        #expect(await eventually { instance.signals.withLock { $0 } == [SIGSTOP] })
        async let second = server.invoke(function: "f", payload: event("2"))
        let two = try await frozen
        #expect(instance.signals.withLock { $0 } == [SIGSTOP, SIGCONT])
        try await instance.respond(two.requestID, "2")
        #expect(try await second.text == "2")
    }

    @Test("an instance with several lanes is stopped when all of them wait, not before")
    func freezesShared() async throws {
        let server = try started(perInstance: 2) { $0.freezesIdle = true }
        defer { server.stop() }
        async let first = server.invoke(function: "f", payload: event("1"))
        let instance = try #require(await spawner.next())
        let one = try await instance.next()
        async let lane = instance.send("GET", "invocation/next")
        try await isIdle(server)
        #expect(instance.signals.withLock { $0 } == [])
        try await instance.respond(one.requestID, "1")
        _ = try await first
        async let other = instance.send("GET", "invocation/next")
        #expect(await eventually { instance.signals.withLock { $0 } == [SIGSTOP] })
        instance.end(.status(0))
        #expect(try await [lane.status, other.status] == [500, 500])
    }

    @Test("the time of what a debugger holds stands still, and counts again when it is let go")
    func standsStill() async throws {
        let server = try started { _ in }
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        instance.traced.withLock { $0 = true }
        for _ in 0..<4 {
            pass(3_000, server)
            let pool = try #require(server.pool(named: "f"))
            #expect(
                await eventually {
                    let now = clock.clock.steadyNs()
                    return pool.state.withLock {
                        $0.instances.values.allSatisfy {
                            $0.running.allSatisfy { $0.deadlineNs > now }
                        }
                    }
                })
        }
        #expect(instance.signals.withLock { $0 } == [])
        instance.traced.withLock { $0 = false }
        pass(3_000, server)
        #expect(try await result.text.contains("\(next.requestID) Error: Task timed out"))
    }

    @Test("a start that a debugger holds has no limit, either")
    func standsStillAtStart() async throws {
        let server = try started { _ in }
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let pool = try #require(server.pool(named: "f"))
        #expect(
            await eventually {
                pool.state.withLock { $0.instances.values.contains { $0.process != nil } }
            })
        instance.traced.withLock { $0 = true }
        pass(10_000, server)
        #expect(
            await eventually {
                let now = clock.clock.steadyNs()
                return pool.state.withLock {
                    $0.instances.values.allSatisfy { $0.deadlineNs > now }
                }
            })
        let next = try await instance.next()
        try await instance.respond(next.requestID, "1")
        #expect(try await result.text == "1")
    }
}
