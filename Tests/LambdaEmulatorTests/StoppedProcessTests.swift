import FoundationEssentials
import Glibc
import Locking
import TestSupport
import Testing

@testable import LambdaEmulator

/// Processes that wait for a debugger, that a debugger holds, and that have nothing to do.
@Suite("Stopped processes")
struct StoppedProcessTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("bootstrap", PythonBootstrap.ownProcess, mode: 0o755)
    }

    private func started(isDebugged: Bool, freezes: Bool = false) throws -> EmulatorServer {
        let definition = FunctionDefinition(
            name: "f", codeDirectory: folder.path, timeoutMs: 60_000)
        var configuration = quietConfiguration(Template(functions: [definition]))
        if isDebugged { configuration.instances.debuggedFunction = "f" }
        configuration.instances.freezesIdle = freezes
        let server = EmulatorServer(configuration)
        try server.start()
        return server
    }

    /// The letter of /proc/PID/stat: T is stopped.
    private func state(of process: Int32) -> Character? {
        let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return stat.flatMap { $0.split(separator: ")").last?.drop { $0 == " " }.first }
    }

    @Test("the process is there before any call, stopped, and serves when it is let go")
    func waits() async throws {
        let server = try started(isDebugged: true)
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        var process: Int32?
        #expect(
            await eventually {
                process = pool.state.withLock {
                    $0.instances.values.first?.process?.identifier
                }
                return process != nil
            })
        let number = try #require(process)
        // The tracer lets it go with SIGSTOP, which reaches it in a moment.
        #expect(await eventually { state(of: number) == "T" })
        #expect(ProcessStatus.tracer(of: number) == nil, "a debugger may attach")
        async let result = server.invoke(function: "f", payload: Array("{}".utf8))
        #expect(await eventually { pool.status.waiting == 1 })
        #expect(state(of: number) == "T", "a call does not let it go")
        kill(number, SIGCONT)
        #expect(try await result.text == "\(number)")
        #expect(pool.state.withLock { $0.instances.count } == 1)
    }

    @Test("a frozen process is stopped between its calls, and ends with the emulator")
    func freezes() async throws {
        let server = try started(isDebugged: false, freezes: true)
        var process: Int32 = 0
        for _ in 0..<3 {
            let answer = try await server.invoke(function: "f", payload: Array("{}".utf8))
            process = try #require(Int32(answer.text))
            #expect(await eventually { state(of: process) == "T" })
        }
        try await onThread { server.stop() }
        #expect(kill(process, 0) == -1)
    }

    @Test("an attached debugger is seen")
    func tracing() async throws {
        let server = try started(isDebugged: false)
        defer { server.stop() }
        let answer = try await server.invoke(function: "f", payload: Array("{}".utf8))
        let process = try #require(Int32(answer.text))
        #expect(ProcessStatus.tracer(of: process) == nil)
        try folder.write(
            "debugger",
            """
            #!/usr/bin/env python3
            import ctypes, sys, time
            libc = ctypes.CDLL(None, use_errno=True)
            libc.ptrace(0x4206, \(process), 0, 0)  # PTRACE_SEIZE
            time.sleep(600)
            """, mode: 0o755)
        let program = folder.path + "/debugger"
        let debugger = try await onThread { [loop = folder.path] () -> Int32 in
            let pipe = try LinuxCalls.makePipe()
            defer {
                close(pipe.read)
                close(pipe.write)
            }
            let path = getenv("PATH").map { String(cString: $0) } ?? ""
            let spawned = LinuxCalls.spawn(
                program: program, environment: ["PATH=\(path)"], directory: loop,
                output: pipe.write)
            guard case .started(let child) = spawned else { return -1 }
            // It is killed with this thread: wait here until it has attached.
            while ProcessStatus.tracer(of: process) == nil { usleep(1_000) }
            return ProcessStatus.tracer(of: process) == child ? child : -1
        }
        #expect(debugger > 0)
        _ = LinuxCalls.reap(debugger)
        #expect(ProcessStatus.tracer(of: process) == nil)
    }
}
