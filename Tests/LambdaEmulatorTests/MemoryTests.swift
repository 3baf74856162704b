import Glibc
import Locking
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Memory of instances")
struct MemoryTests {
    private let spawner = TestSpawner()
    private let clock = ManualClock()
    private let megabyte = 1_048_576

    private func started(enforces: Bool = true) throws -> EmulatorServer {
        let definition = FunctionDefinition(name: "f", codeDirectory: "/none", memoryMB: 200)
        var configuration = quietConfiguration(
            Template(functions: [definition]), spawner: spawner, clock: clock.clock)
        configuration.instances.enforcesMemory = enforces
        let server = EmulatorServer(configuration)
        try server.start()
        return server
    }

    private func look(_ server: EmulatorServer) {
        clock.advance(byMs: 50)
        server.clockChanged()
    }

    @Test("what has more than MemorySize is killed, and told as on AWS with an explanation")
    func kills() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: Array("{}".utf8))
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        instance.measured.withLock {
            $0 = ProcessMemory(anonymousBytes: 200 * megabyte + 1, peakBytes: 230 * megabyte)
        }
        look(server)
        let answer = try await result
        #expect(instance.signals.withLock { $0 } == [SIGKILL])
        #expect(
            answer.text == #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: "#
                + #"\#(next.requestID) Error: Runtime exited with error: signal: killed"}"#)
        #expect(answer.report.peakMemoryMB == 200)
        #expect(answer.logText.contains("Memory Size: 200 MB\tMax Memory Used: 200 MB"))
        #expect(answer.explanation?.contains("had 201 MB of memory and MemorySize is 200") == true)
    }

    @Test("what has as much as MemorySize lives on, and the most it had is reported, no more")
    func spares() async throws {
        for (enforces, anonymous, shown) in [(true, 200, 200), (false, 1_000, 230)] {
            let server = try started(enforces: enforces)
            defer { server.stop() }
            let pool = try #require(server.pool(named: "f"))
            async let result = server.invoke(function: "f", payload: Array("{}".utf8))
            let instance = try #require(await spawner.next())
            let next = try await instance.next()
            instance.measured.withLock {
                $0 = ProcessMemory(
                    anonymousBytes: anonymous * megabyte, peakBytes: 230 * megabyte)
            }
            look(server)
            #expect(
                await eventually {
                    pool.state.withLock { $0.instances.values.contains { $0.peakMemoryMB == 230 } }
                })
            try await instance.respond(next.requestID, "1")
            let answer = try await result
            #expect(answer.text == "1")
            #expect(answer.report.peakMemoryMB == shown)
            #expect(instance.signals.withLock { $0 } == [])
        }
    }

    @Test("nothing is looked at while nothing works")
    func rests() async throws {
        let server = try started()
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        async let result = server.invoke(function: "f", payload: Array("{}".utf8))
        let instance = try #require(await spawner.next())
        instance.measured.withLock { $0 = ProcessMemory(anonymousBytes: 1, peakBytes: 1) }
        let next = try await instance.next()
        #expect(pool.watchMemory(at: clock.clock.steadyNs()) < .max)
        try await instance.respond(next.requestID, "1")
        _ = try await result
        clock.advance(byMs: 50)
        _ = pool.watchMemory(at: clock.clock.steadyNs())
        #expect(pool.watchMemory(at: clock.clock.steadyNs()) == .max)
    }
}

@Suite("Memory of processes")
struct ProcessMemoryTests {
    private static let bootstrap = """
        #!/usr/bin/env python3
        import http.client, json, os, time
        api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        path = "/2018-06-01/runtime/invocation/"
        while True:
            api.request("GET", path + "next")
            response = api.getresponse()
            event = json.loads(response.read())
            request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
            data = b"x" * (event.get("own", 0) << 20)
            if "child" in event:
                reader, writer = os.pipe()
                if os.fork() == 0:
                    more = b"y" * (event["child"] << 20)
                    os.write(writer, b"!")
                    time.sleep(600)
                os.read(reader, 1)
            time.sleep(event.get("hold", 0))
            api.request("POST", path + request_id + "/response", str(os.getpid()))
            api.getresponse().read()
        """

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("bootstrap", Self.bootstrap, mode: 0o755)
    }

    private func started(memoryMB: Int) throws -> EmulatorServer {
        let definition = FunctionDefinition(
            name: "f", codeDirectory: folder.path, timeoutMs: 60_000, memoryMB: memoryMB)
        let server = EmulatorServer(quietConfiguration(Template(functions: [definition])))
        try server.start()
        return server
    }

    @Test(
        "too much is noticed of the process itself and of its child",
        arguments: [
            #"{"own":200,"hold":600}"#, #"{"own":80,"child":80,"hold":600}"#,
        ])
    func kills(event: String) async throws {
        let server = try started(memoryMB: 128)
        defer { server.stop() }
        let result = try await server.invoke(function: "f", payload: Array(event.utf8))
        #expect(result.text.contains("signal: killed"))
        #expect(result.report.peakMemoryMB == 128)
        #expect(result.explanation?.contains("MemorySize is 128") == true)
    }

    @Test("what a child shares with its parent is counted once")
    func countsOnce() async throws {
        let server = try started(memoryMB: 1_024)
        defer { server.stop() }
        let event = Array(#"{"own":90,"child":1}"#.utf8)
        let result = try await server.invoke(function: "f", payload: event)
        let process = try #require(Int32(result.text))
        let quick = try #require(ProcessStatus.memory(of: process))
        let exact = try #require(ProcessStatus.exactAnonymousBytes(of: process))
        #expect(quick.anonymousMB > 180)
        #expect((90..<128).contains(ProcessMemory.megabytes(exact)))
        #expect(ProcessStatus.memory(of: Int32.max) == nil)
    }
}
