import Glibc
import TestSupport
import Testing

@testable import LambdaEmulator

/// What a developer is told of a program that crashes.
@Suite("Crashes")
struct CrashTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(timeoutMs: Int = 60_000) async throws -> InvocationResult {
        let definition = FunctionDefinition(
            name: "f", codeDirectory: folder.path, timeoutMs: timeoutMs)
        let server = EmulatorServer(quietConfiguration(Template(functions: [definition])))
        defer { server.stop() }
        try server.start()
        return try await server.invoke(function: "f", payload: Array("{}".utf8))
    }

    /// Runs a command of this machine to its end.
    private func shell(_ command: String) async throws {
        let folder = folder
        let exit = try await onThread { () -> ProcessExit in
            let pipe = try LinuxCalls.makePipe()
            defer {
                close(pipe.read)
                close(pipe.write)
            }
            try folder.write("command", "#!/bin/sh\n\(command)\n", mode: 0o755)
            let path = getenv("PATH").map { String(cString: $0) } ?? ""
            let spawned = LinuxCalls.spawn(
                program: folder.path + "/command", environment: ["PATH=\(path)", "HOME=/tmp"],
                directory: folder.path, output: pipe.write)
            guard case .started(let process) = spawned else { return .unknown }
            return LinuxCalls.reap(process)
        }
        try #require(exit == .status(0), "\(command)")
    }

    @Test("of a Swift program the place is named, in source lines")
    func swiftProgram() async throws {
        try folder.write(
            "main.swift",
            """
            func points(of index: Int) -> Int { [1, 2][index] }
            print(points(of: CommandLine.arguments.count + 6))
            """)
        try await shell("swiftc -g main.swift -o bootstrap")
        let result = try await run()
        #expect(result.text.contains("Runtime exited with error: signal: "))
        let explanation = try #require(result.explanation)
        #expect(explanation.contains("before it asked for work"))
        #expect(explanation.contains("crashed:"))
        #expect(explanation.contains("points(of:)"))
        #expect(explanation.contains("main.swift:1:"))
        #expect(result.explanationField?.contains("\n") == false)
    }

    @Test("of any other program the signal is named")
    func otherProgram() async throws {
        try folder.write(
            "bootstrap", "#!/bin/sh\necho 'about to fail' >&2\nkill -SEGV $$\n", mode: 0o755)
        let result = try await run()
        #expect(result.text.contains("Runtime exited with error: signal: segmentation fault"))
        #expect(
            result.explanation == """
                the process was ended by SIGSEGV (segmentation fault) before it asked for work
                the last lines it printed:
                about to fail
                """)
    }
}
