import FoundationEssentials
import Glibc
import HTTPClient
import Locking
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("What a runtime's author is told")
struct RuntimeLintTests {
    private let folder: TemporaryFolder
    private let spawner = TestSpawner()
    private let clock = ManualClock()

    init() throws { folder = try TemporaryFolder() }

    private var log: String {
        let content = try? String(contentsOfFile: folder.path + "/log", encoding: .utf8)
        return content ?? ""
    }

    private func started(perInstance: Int = 1) throws -> EmulatorServer {
        let definition = FunctionDefinition(
            name: "f", codeDirectory: "/none", invocationsPerInstanceMax: perInstance)
        var configuration = quietConfiguration(
            Template(functions: [definition]), spawner: spawner, clock: clock.clock)
        configuration.logDescriptor = open(folder.path + "/log", O_WRONLY | O_CREAT, 0o600)
        let server = EmulatorServer(configuration)
        try server.start()
        return server
    }

    @Test("each kind of mistake is told once for each instance, and the instance lives on")
    func tellsOnce() async throws {
        let server = try started()
        async let result = server.invoke(function: "f", payload: Array("{}".utf8))
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        for _ in 0..<3 {
            _ = try await instance.next()
            try await instance.respond("8e5e7bf7", "{}")
            _ = try await instance.send("POST", "init/error", body: "{}")
            _ = try await instance.send("GET", "invocation/later")
        }
        for _ in 0..<3 { try await instance.respond(next.requestID, "1") }
        #expect(try await result.text == "1")
        try await onThread { server.stop() }
        for lint in [RuntimeLint.nextWhileRunning, .unknownID, .lateInitError, .unknownPath] {
            #expect(log.split(separator: "\n").count { $0.hasSuffix(lint.explanation) } == 1)
        }
        let twice = log.split(separator: "\n").filter {
            $0.hasSuffix(RuntimeLint.answeredTwice.explanation)
        }
        #expect(twice.count == 1)
        #expect(twice.first?.contains("emulator f: its runtime: it answered") == true)
    }

    @Test("a second request for work on another connection takes the place of the first")
    func replaces() async throws {
        let server = try started()
        let pool = try #require(server.pool(named: "f"))
        async let first = server.invoke(function: "f", payload: Array("1".utf8))
        let instance = try #require(await spawner.next())
        let one = try await instance.next()
        try await instance.respond(one.requestID, "1")
        _ = try await first
        async let lost = instance.send("GET", "invocation/next")
        #expect(await eventually { pool.state.withLock { $0.idle.count } == 1 })
        async let kept = instance.next()
        #expect(try await lost.status == 500)
        async let second = server.invoke(function: "f", payload: Array("2".utf8))
        let two = try await kept
        try await instance.respond(two.requestID, "2")
        #expect(try await second.text == "2")
        try await onThread { server.stop() }
        #expect(log.contains(RuntimeLint.nextReplaced.explanation))
    }

    @Test("no kind shares its bit with another")
    func bits() {
        #expect(Set(RuntimeLint.allCases.map(\.bit)).count == RuntimeLint.allCases.count)
    }
}
