import Glibc
import HTTPClient
import Locking
import Testing

@testable import LambdaEmulator

@Suite("Starts of instances")
struct InstanceStartTests {
    private let spawner = TestSpawner()
    private let clock = ManualClock()
    private let log = Locked<[UInt8]>([])

    private func started() throws -> EmulatorServer {
        let definition = FunctionDefinition(name: "f", codeDirectory: "/none")
        let server = EmulatorServer(
            quietConfiguration(
                Template(functions: [definition]), spawner: spawner, clock: clock.clock))
        try server.start()
        return server
    }

    private func event(_ text: String = "{}") -> [UInt8] { Array(text.utf8) }

    /// Waits until an instance's process is known, so that its end can be seen.
    private func isKnown(_ count: Int, in server: EmulatorServer) async throws {
        let pool = try #require(server.pool(named: "f"))
        #expect(
            await eventually {
                pool.state.withLock { $0.instances.values.count { $0.process != nil } } == count
            })
    }

    private func pass(_ ms: Int64, _ server: EmulatorServer) {
        clock.advance(byMs: ms)
        server.clockChanged()
    }

    @Test("after 10 s a start is tried again as part of the invocation, with its timeout")
    func startsAgain() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let first = try #require(await spawner.next())
        try await isKnown(1, in: server)
        pass(9_999, server)
        #expect(first.signals.withLock { $0 } == [])
        pass(1, server)
        #expect(await eventually { first.signals.withLock { $0 } == [SIGKILL] })
        let second = try #require(await spawner.next())
        clock.advance(byMs: 2_000)
        let next = try await second.next()
        #expect(
            next.field("Lambda-Runtime-Deadline-Ms") == "\(clock.clock.unixMs() + 1_000)",
            "the start has used up two of three seconds")
        clock.advance(byMs: 500)
        try await second.respond(next.requestID, "1")
        let answer = try await result
        #expect(answer.text == "1")
        #expect(answer.report.durationNs == 2_500_000_000)
        #expect(answer.report.initNs == nil)
    }

    @Test("a start that takes longer than the invocation may fails it as a timeout")
    func givesUp() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        _ = try #require(await spawner.next())
        try await isKnown(1, in: server)
        pass(10_000, server)
        let second = try #require(await spawner.next())
        try await isKnown(1, in: server)
        second.print("still loading")
        pass(3_000, server)
        let answer = try await result
        #expect(answer.failure == InvocationFailure(kind: .timeout, errorType: "Sandbox.Timedout"))
        #expect(answer.text.contains("Error: Task timed out after 3.00 seconds"))
        let explanation = try #require(answer.explanation)
        #expect(explanation.contains("did not ask for work"))
        #expect(explanation.hasSuffix("the last lines it printed:\nstill loading"))
        #expect(await eventually { second.signals.withLock { $0 } == [SIGKILL] })
    }

    @Test("a process that ends before it asks for work is explained with what it printed")
    func explainsExits() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        instance.launch.output([Array("no such file: settings.json".utf8)])
        instance.end(.status(3))
        let answer = try await result
        #expect(answer.text.contains("Runtime exited with error: exit status 3"))
        #expect(
            answer.explanation == """
                the process ended by itself with exit status 3 before it asked for work
                the last lines it printed:
                no such file: settings.json
                """)
    }

    @Test("an init error is its callers' answer; a runtime that stays after it is killed")
    func killsAfterInitErrors() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        try await isKnown(1, in: server)
        let body = #"{"errorMessage":"no","errorType":"E"}"#
        #expect(try await instance.send("POST", "init/error", body: body).status == 202)
        let answer = try await result
        #expect(answer.text == body)
        #expect(answer.explanation == nil)
        #expect(try await instance.send("POST", "init/error", body: body).status == 403)
        #expect(try await instance.send("GET", "invocation/next").status == 403)
        #expect(instance.signals.withLock { $0 } == [])
        pass(2_000, server)
        #expect(await eventually { instance.signals.withLock { $0 } == [SIGKILL] })
    }
}
