import TestSupport
import Glibc
import HTTPClient
import Locking
import Testing

@testable import LambdaEmulator

@Suite("Function pools")
struct FunctionPoolTests {
    private let spawner = TestSpawner()
    private let clock = ManualClock()

    private func started(
        concurrencyMax: Int = 10, waitingMax: Int = 1_000, spawner: TestSpawner? = nil
    ) throws -> EmulatorServer {
        let definition = FunctionDefinition(
            name: "f", codeDirectory: "/none", concurrencyMax: concurrencyMax)
        var configuration = quietConfiguration(
            Template(functions: [definition]), spawner: spawner ?? self.spawner,
            clock: clock.clock)
        configuration.limits.waitingMax = waitingMax
        let server = EmulatorServer(configuration)
        try server.start()
        return server
    }

    private func event(_ text: String = "{}") -> [UInt8] { Array(text.utf8) }

    private func health(_ server: EmulatorServer) async throws -> String {
        try await call("http://127.0.0.1:\(server.port)/_emulator/health").text
    }

    @Test("one instance serves many calls, and a call that comes while it works waits for it")
    func reusesInstances() async throws {
        let server = try started(concurrencyMax: 1)
        defer { server.stop() }
        async let first = server.invoke(function: "f", payload: event("1"))
        let instance = try #require(await spawner.next())
        let one = try await instance.next()
        async let second = server.invoke(function: "f", payload: event("2"))
        while !(try await health(server)).contains(#""waiting":1"#) {}
        try await instance.respond(one.requestID, "10")
        let two = try await instance.next()
        #expect(two.body == "2")
        try await instance.respond(two.requestID, "20")
        #expect(try await first.text == "10")
        #expect(try await second.text == "20")
        #expect(try await second.logText.contains("Init Duration") == false)
        #expect(spawner.count.withLock { $0 } == 1)
    }

    @Test("a further instance comes up for each waiting call, after a moment, up to the cap")
    func startsInstances() async throws {
        let server = try started(concurrencyMax: 3)
        defer { server.stop() }
        async let first = server.invoke(function: "f", payload: event("1"))
        let one = try #require(await spawner.next())
        async let second = server.invoke(function: "f", payload: event("2"))
        async let third = server.invoke(function: "f", payload: event("3"))
        async let fourth = server.invoke(function: "f", payload: event("4"))
        while !(try await health(server)).contains(#""waiting":4"#) {}
        #expect(spawner.count.withLock { $0 } == 1, "a quick function may take them all")
        clock.advance(byMs: 1)
        server.clockChanged()
        let two = try #require(await spawner.next())
        let three = try #require(await spawner.next())
        let events = try await [one.next(), two.next(), three.next()]
        #expect(
            try await health(server).contains(#""warm":3,"starting":0,"inFlight":3,"waiting":1"#))
        clock.advance(byMs: 1_000)
        server.clockChanged()
        for (instance, event) in zip([one, two, three], events) {
            try await instance.respond(event.requestID, event.body)
        }
        let last = try await two.next()
        try await two.respond(last.requestID, last.body)
        let answers = try await [first.text, second.text, third.text, fourth.text]
        #expect(answers.sorted() == ["1", "2", "3", "4"])
        #expect(spawner.count.withLock { $0 } == 3, "the cap holds")
    }

    @Test("no call waits for an instance that has answered and does not come back")
    func replacesLostInstances() async throws {
        let server = try started()
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        async let first = server.invoke(function: "f", payload: event("1"))
        let one = try #require(await spawner.next())
        try await one.respond(try await one.next().requestID, "10")
        #expect(try await first.text == "10")
        async let second = server.invoke(function: "f", payload: event("2"))
        #expect(await eventually { pool.status.waiting == 1 })
        clock.advance(byMs: 500)
        server.clockChanged()
        let two = try #require(await spawner.next())
        try await two.respond(try await two.next().requestID, "20")
        #expect(try await second.text == "20")
        #expect(one.signals.withLock { $0.isEmpty }, "it may still be at work")
    }

    @Test("one that does not come back within the timeout gives its place to another")
    func endsLostInstances() async throws {
        let server = try started(concurrencyMax: 1)
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        async let first = server.invoke(function: "f", payload: event("1"))
        let one = try #require(await spawner.next())
        try await one.respond(try await one.next().requestID, "10")
        #expect(try await first.text == "10")
        async let second = server.invoke(function: "f", payload: event("2"))
        #expect(await eventually { pool.status.waiting == 1 })
        clock.advance(byMs: 3_000)
        server.clockChanged()
        let two = try #require(await spawner.next())
        #expect(one.signals.withLock { $0 } == [SIGKILL])
        try await two.respond(try await two.next().requestID, "20")
        #expect(try await second.text == "20")
    }

    @Test("no further instance comes up for a call that one which answers in time can take")
    func growsWithPatience() async throws {
        let server = try started()
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        func dueInNs() -> Int64? {
            let now = clock.clock.steadyNs()
            return pool.state.withLock { pool.startDueNs($0) }.map { $0 - now }
        }
        async let first = server.invoke(function: "f", payload: event("1"))
        let one = try #require(await spawner.next())
        clock.advance(byMs: 20)
        let firstEvent = try await one.next()
        async let second = server.invoke(function: "f", payload: event("2"))
        #expect(await eventually { pool.status.waiting == 1 })
        #expect(dueInNs() == 1_000_000)
        try await one.respond(firstEvent.requestID, "1")
        #expect(dueInNs() == 500_000_000, "it will ask for work in a moment")
        let secondEvent = try await one.next()
        #expect(dueInNs() == nil, "a quick function needs no second process")
        async let third = server.invoke(function: "f", payload: event("3"))
        #expect(await eventually { pool.status.waiting == 1 })
        clock.advance(byMs: 1)
        server.clockChanged()
        let two = try #require(await spawner.next())
        let thirdEvent = try await two.next()
        try await two.respond(thirdEvent.requestID, "3")
        try await one.respond(secondEvent.requestID, "2")
        let answers = try await [first.text, second.text, third.text]
        #expect(answers == ["1", "2", "3"])
        #expect(spawner.count.withLock { $0 } == 2)
    }

    @Test("beyond what comes up as many calls wait as may, no more", arguments: [0, 1])
    func throttles(waitingMax: Int) async throws {
        let server = try started(concurrencyMax: 1, waitingMax: waitingMax)
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        async let first = server.invoke(function: "f", payload: event("1"))
        let instance = try #require(await spawner.next())
        async let second = waitingMax == 1 ? server.invoke(function: "f", payload: event("2")) : nil
        #expect(await eventually { pool.status.waiting == 1 + waitingMax })
        await #expect(throws: EmulatorError.throttled, "one more than comes up and may wait") {
            try await server.invoke(function: "f", payload: event("3"))
        }
        let one = try await instance.next()
        await #expect(throws: EmulatorError.throttled, "one more than may wait") {
            try await server.invoke(function: "f", payload: event("3"))
        }
        try await instance.respond(one.requestID, one.body)
        if waitingMax == 1 {
            let two = try await instance.next()
            try await instance.respond(two.requestID, two.body)
        }
        let answers = try await [first.text, second?.text].compactMap { $0 }
        #expect(answers.sorted() == (waitingMax == 1 ? ["1", "2"] : ["1"]))
    }

    @Test("a function with no concurrency at all is throttled at once")
    func throttlesAll() async throws {
        let none = try started(concurrencyMax: 0)
        defer { none.stop() }
        await #expect(throws: EmulatorError.throttled) {
            try await none.invoke(function: "f", payload: event())
        }
    }

    @Test("a process that ends while it works fails the call, and the next call gets a new one")
    func reportsCrashes() async throws {
        let server = try started()
        defer { server.stop() }
        for (exit, message) in [
            (ProcessExit.signal(SIGKILL), "Runtime exited with error: signal: killed"),
            (.status(3), "Runtime exited with error: exit status 3"),
            (.status(0), "Runtime exited without providing a reason"),
        ] {
            async let result = server.invoke(function: "f", payload: event())
            let instance = try #require(await spawner.next())
            let next = try await instance.next()
            instance.end(exit)
            let answer = try await result
            #expect(
                answer.text == #"{"errorType":"Runtime.ExitError","errorMessage":"#
                    + #""RequestId: \#(next.requestID) Error: \#(message)"}"#)
            #expect(
                answer.failure
                    == InvocationFailure(kind: .runtime, errorType: "Runtime.ExitError"))
        }
    }

    @Test("a call that an instance was too dead to take goes to another one")
    func givesToAnother() async throws {
        let server = try started()
        defer { server.stop() }
        async let first = server.invoke(function: "f", payload: event("1"))
        let one = try #require(await spawner.next())
        let event1 = try await one.next()
        try await one.respond(event1.requestID, "1")
        _ = try await first
        async let idle = one.send("GET", "invocation/next")
        while !(try await health(server)).contains(#""warm":1"#) {}
        let pool = try #require(server.pool(named: "f"))
        #expect(await eventually { pool.state.withLock { !$0.idle.isEmpty } })
        one.die()
        async let second = server.invoke(function: "f", payload: event("2"))
        let two = try #require(await spawner.next())
        let event2 = try await two.next()
        #expect(event2.body == "2")
        try await two.respond(event2.requestID, "2")
        #expect(try await second.text == "2")
        one.launch.exited(.signal(SIGKILL))
        #expect(try await idle.status == 500)
    }

    @Test("a function that takes too long is killed, and its caller told")
    func enforcesTimeouts() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        clock.advance(byMs: 2_999)
        server.clockChanged()
        #expect(try await health(server).contains(#""inFlight":1"#))
        clock.advance(byMs: 1)
        server.clockChanged()
        let answer = try await result
        #expect(
            answer.text == #"{"errorType":"Sandbox.Timedout","errorMessage":"#
                + #""RequestId: \#(next.requestID) Error: Task timed out after 3.00 seconds"}"#)
        #expect(answer.failure?.kind == .timeout)
        #expect(answer.logText.contains("Duration: 3000.00 ms\tBilled Duration: 3000 ms"))
        #expect(answer.logText.contains("Status: timeout"))
        #expect(await eventually { instance.signals.withLock { $0 } == [SIGKILL] })
    }

    @Test("a bootstrap that cannot be started fails every call that waits, at once")
    func reportsMissingBootstraps() async throws {
        let failure = InstanceLaunchError(
            errorType: "Runtime.InvalidEntrypoint", message: "/none/bootstrap: no such file")
        let server = try started(spawner: TestSpawner(failure: failure))
        defer { server.stop() }
        for _ in 0..<2 {
            let result = try await server.invoke(function: "f", payload: event())
            #expect(result.failure?.errorType == "Runtime.InvalidEntrypoint")
            #expect(result.text.contains("/none/bootstrap: no such file"))
        }
    }

    @Test("stopping refuses new calls, waits for running ones within the grace, ends processes")
    func stops() async throws {
        let server = try started()
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        _ = try await instance.next()
        try await onThread { server.stop() }
        #expect(try await result.failure?.errorType == "Runtime.ExitError")
        #expect(instance.signals.withLock { $0 }.first == SIGTERM)
        await #expect(throws: EmulatorError.notRunning) {
            try await server.invoke(function: "f", payload: event())
        }
    }
}
