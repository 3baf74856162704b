import TestSupport
import Glibc
import HTTPClient
import StrictJSON
import Testing

@testable import LambdaEmulator

/// Real processes, written in Python so that they owe nothing to the emulator's own code.
@Suite("Processes")
struct ProcessTests {
    private static let bootstrap = #"""
        #!/usr/bin/env python3
        import http.client, json, os, signal, sys, time
        api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        path = "/2018-06-01/runtime/invocation/"
        while True:
            api.request("GET", path + "next")
            response = api.getresponse()
            event = json.loads(response.read())
            request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
            action = event["do"]
            if action == "exit": sys.exit(event["status"])
            if action == "kill": os.kill(os.getpid(), event["signal"])
            if action == "hang": time.sleep(600)
            while action == "flood": os.write(1, b"no line ends here " * 4096)
            if action == "print":
                print("to standard output", flush=True)
                print("to standard error", file=sys.stderr, flush=True)
            answer = {"pid": os.getpid(), "cwd": os.getcwd(), "environment": dict(os.environ)}
            api.request("POST", path + request_id + "/response", json.dumps(answer))
            api.getresponse().read()

        """#

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func started(
        _ change: (inout FunctionDefinition) -> Void = { _ in }
    ) throws -> EmulatorServer {
        try folder.write("f/bootstrap", Self.bootstrap, mode: 0o755)
        var definition = FunctionDefinition(
            name: "f", codeDirectory: folder.path + "/f", timeoutMs: 60_000)
        change(&definition)
        let server = EmulatorServer(quietConfiguration(Template(functions: [definition])))
        try server.start()
        return server
    }

    private func run(_ server: EmulatorServer, _ event: String) async throws -> InvocationResult {
        try await server.invoke(function: "f", payload: Array(event.utf8))
    }

    private func pid(_ result: InvocationResult) throws -> Int32 {
        let value = try StrictJSON.parse(result.payload)
        return Int32(try #require(value["pid"]?.number?.integer))
    }

    @Test("a process is kept warm, sees a clean environment and its folder")
    func environment() async throws {
        setenv("EMULATOR_TEST_SECRET", "x", 1)
        let server = try started { $0.environment = ["MINE": "1", "AWS_REGION": "no", "_X": "no"] }
        defer { server.stop() }
        let first = try await run(server, #"{"do":"answer"}"#)
        let second = try await run(server, #"{"do":"answer"}"#)
        #expect(try pid(first) == pid(second))
        let value = try StrictJSON.parse(first.payload)
        #expect(value["cwd"]?.string == folder.path + "/f")
        let environment = try #require(value["environment"])
        #expect(environment["MINE"]?.string == "1")
        #expect(environment["AWS_REGION"]?.string == "us-east-1")
        #expect(environment["AWS_LAMBDA_FUNCTION_NAME"]?.string == "f")
        #expect(environment["LAMBDA_TASK_ROOT"]?.string == folder.path + "/f")
        let stream = try #require(environment["AWS_LAMBDA_LOG_STREAM_NAME"]?.string)
        #expect(stream.wholeMatch(of: /\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}/) != nil)
        #expect(environment["TZ"]?.string == ":UTC")
        #expect(
            environment["LD_LIBRARY_PATH"]?.string?.hasSuffix("/f:\(folder.path)/f/lib") == true)
        #expect(environment["_X"] == nil)
        #expect(environment["EMULATOR_TEST_SECRET"] == nil)
        #expect(environment["HOME"] == nil)
        #expect(first.logText.contains("Init Duration: "))
        #expect(!second.logText.contains("Init Duration: "))
        let memory = try #require(first.logText.firstMatch(of: /Max Memory Used: (\d+) MB/))
        #expect(try #require(Int(memory.1)) > 0)
    }

    @Test("what it prints stands between START and END")
    func output() async throws {
        let server = try started()
        defer { server.stop() }
        let result = try await run(server, #"{"do":"print"}"#)
        let lines = result.logText.split(separator: "\n").map { $0.prefix { $0 != ":" } }
        #expect(
            lines == [
                "START RequestId", "to standard output", "to standard error", "END RequestId",
                "REPORT RequestId",
            ])
    }

    @Test(
        "an end in the middle of a call is told with its reason, and the next call served anew",
        arguments: [
            (#"{"do":"exit","status":0}"#, "Runtime exited without providing a reason"),
            (#"{"do":"exit","status":7}"#, "Runtime exited with error: exit status 7"),
            (#"{"do":"kill","signal":9}"#, "Runtime exited with error: signal: killed"),
            (
                #"{"do":"kill","signal":11}"#,
                "Runtime exited with error: signal: segmentation fault"
            ),
        ])
    func crashes(event: String, message: String) async throws {
        let server = try started()
        defer { server.stop() }
        let result = try await run(server, event)
        #expect(result.failure?.errorType == "Runtime.ExitError")
        #expect(result.text.contains("RequestId: \(result.requestID) Error: \(message)\""))
        #expect(try await run(server, #"{"do":"answer"}"#).failure == nil)
    }

    @Test("a hanging call is killed at its timeout, and the next call served anew")
    func timeouts() async throws {
        let server = try started { $0.timeoutMs = 300 }
        defer { server.stop() }
        let hanging = try await run(server, #"{"do":"hang"}"#)
        #expect(hanging.failure?.kind == .timeout)
        #expect(hanging.text.contains("Task timed out after 0.30 seconds"))
        #expect(try await run(server, #"{"do":"answer"}"#).failure == nil)
    }

    @Test("one that prints without end holds nobody up, and is killed at its timeout")
    func floods() async throws {
        let server = try started { $0.timeoutMs = 300 }
        defer { server.stop() }
        let flooding = try await run(server, #"{"do":"flood"}"#)
        #expect(flooding.failure?.kind == .timeout)
        #expect(flooding.logText.contains("bytes left out"))
        #expect(flooding.log.count < 1024 * 1024)
        #expect(try await run(server, #"{"do":"answer"}"#).failure == nil)
    }

    @Test("one that dies while idle is reaped at once and replaced")
    func idleDeath() async throws {
        let server = try started()
        defer { server.stop() }
        let first = try pid(try await run(server, #"{"do":"answer"}"#))
        kill(first, SIGKILL)
        let pool = try #require(server.pool(named: "f"))
        #expect(await eventually { pool.liveCount == 0 })
        #expect(kill(first, 0) == -1, "no zombie is left")
        let second = try pid(try await run(server, #"{"do":"answer"}"#))
        #expect(first != second)
    }

    @Test("stopping leaves no process behind, hanging ones neither")
    func stops() async throws {
        let server = try started()
        let idle = try pid(try await run(server, #"{"do":"answer"}"#))
        async let hanging = run(server, #"{"do":"hang"}"#)
        let pool = try #require(server.pool(named: "f"))
        #expect(await eventually { pool.status.inFlight == 1 })
        try await onThread { server.stop() }
        #expect(try await hanging.failure?.errorType == "Runtime.ExitError")
        #expect(kill(idle, 0) == -1)
        #expect(pool.liveCount == 0)
    }

    @Test("a process dies with the thread that started it, as when the emulator is killed")
    func diesWithParent() async throws {
        try folder.write("forever", "#!/bin/sh\nexec sleep 600\n", mode: 0o755)
        let program = folder.path + "/forever"
        let child = try await onThread { () -> Int32 in
            let pipe = try LinuxCalls.makePipe()
            defer {
                close(pipe.read)
                close(pipe.write)
            }
            let spawned = LinuxCalls.spawn(
                program: program, environment: ["PATH=/usr/bin:/bin"], directory: "/",
                output: pipe.write)
            guard case .started(let child) = spawned else { return -1 }
            return child
        }
        try #require(child > 0)
        let exit = try await onThread { LinuxCalls.reap(child) }
        #expect(exit == .signal(SIGKILL))
    }

    @Test("what cannot be started is named")
    func invalidEntrypoints() async throws {
        try folder.write("plain/bootstrap", "no program", mode: 0o644)
        try folder.write("script/bootstrap", "#!/none/sh\n", mode: 0o755)
        for (folderName, errorType, advice) in [
            ("plain", "Runtime.InvalidEntrypoint", "(chmod +x makes it a program)"),
            ("script", "Runtime.InvalidEntrypoint", "a first line such as #!/bin/sh"),
            ("missing", "Runtime.InvalidWorkingDir", "missing: No such file or directory"),
        ] {
            let server = try started { $0.codeDirectory = folder.path + "/" + folderName }
            defer { server.stop() }
            let result = try await run(server, "{}")
            #expect(result.failure?.errorType == errorType)
            #expect(result.explanation?.contains(advice) == true)
        }
    }

    @Test("bootstrap may end before it asks for work; its exit is the callers' answer")
    func initExit() async throws {
        let server = try started()
        defer { server.stop() }
        try folder.write("f/bootstrap", "#!/bin/sh\nexit 9\n", mode: 0o755)
        let result = try await run(server, "{}")
        #expect(result.text.contains("Runtime exited with error: exit status 9"))
    }
}
