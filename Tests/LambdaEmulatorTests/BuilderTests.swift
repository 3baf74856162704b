import FoundationEssentials
import Glibc
import HTTPClient
import Locking
import TestSupport
import Testing

@testable import LambdaEmulator

/// Builds by a shell command that copies a source to where the function's program is.
@Suite("Builds")
struct BuilderTests {
    private static let program = PythonBootstrap.answering("'\"VERSION\"'")
    /// Waits at a pipe before it ends, if there is one; a source with `error` in it fails.
    private static let command = """
        echo begin >>builds
        if grep -q error src/main; then seq 1 60; cat src/main; exit 1; fi
        if [ -p hold ]; then cat hold; rm hold; fi
        mkdir -p out
        cp src/main out/bootstrap.new && chmod +x out/bootstrap.new
        mv out/bootstrap.new out/bootstrap
        echo end >>builds
        """

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func started() throws -> EmulatorServer {
        try write("one")
        let definition = FunctionDefinition(
            name: "f", codeDirectory: folder.path + "/out", timeoutMs: 60_000)
        var configuration = quietConfiguration(
            Template(
                functions: [definition],
                routes: [RouteDefinition(function: "f", method: "GET", path: "/f")]))
        configuration.build = CodeBuild(
            command: Self.command, directory: folder.path, sources: [folder.path + "/src"])
        let server = EmulatorServer(configuration)
        try server.start()
        return server
    }

    private func write(_ version: String) throws {
        try folder.write(
            "src/main", Self.program.replacing("VERSION", with: version))
    }

    private var builds: [Substring] {
        let text = try? String(contentsOfFile: folder.path + "/builds", encoding: .utf8)
        return (text ?? "").split(separator: "\n")
    }

    private func answers(_ version: String, _ server: EmulatorServer) async -> Bool {
        let end = EmulatorClock.system.steadyNs() + 60_000_000_000
        while EmulatorClock.system.steadyNs() < end {
            let result = try? await server.invoke(function: "f", payload: [0x31])
            if result?.text == "\"\(version)\"" { return true }
        }
        return false
    }

    @Test("the code is built at the start and after each change, and taken up")
    func builds() async throws {
        let server = try started()
        defer { server.stop() }
        #expect(await answers("one", server))
        try write("two")
        #expect(await answers("two", server))
        #expect(builds.count >= 4)
        for (index, line) in builds.enumerated() {
            #expect(line == (index % 2 == 0 ? "begin" : "end"), "one build at a time")
        }
    }

    @Test("what changes during a build leads to one more build, whatever its number")
    func queuesOne() async throws {
        mkfifo(folder.path + "/hold", 0o600)
        let server = try started()
        defer { server.stop() }
        #expect(await eventually { builds == ["begin"] })
        for version in ["two", "three", "four"] { try write(version) }
        let pipe = folder.path + "/hold"
        _ = try await onThread { close(open(pipe, O_WRONLY)) }
        #expect(await answers("four", server))
        #expect(builds == ["begin", "end", "begin", "end"])
    }

    @Test("callers are told what the compiler said, until a build succeeds")
    func fails() async throws {
        let server = try started()
        defer { server.stop() }
        #expect(await answers("one", server))
        let pool = try #require(server.pool(named: "f"))
        try write("a error: no such thing")
        #expect(await eventually { pool.state.withLock { $0.buildFailure != nil } })
        let answer = try await call("http://127.0.0.1:\(server.port)/f")
        #expect(answer.status == 502)
        #expect(answer.field("content-type") == "text/plain; charset=utf-8")
        #expect(answer.text.contains("a error: no such thing"))
        #expect(answer.text.split(separator: "\n").count <= 51, "the last 50 lines")
        try write("three")
        #expect(await answers("three", server))
    }

    @Test("a package's build is its script, or Swift's own")
    func package() throws {
        try folder.write("infra/template.yaml", "")
        let template = folder.path + "/infra/template.yaml"
        #expect(CodeBuild.ofPackage(template: template) == nil)
        try folder.write("Package.swift", "")
        #expect(
            CodeBuild.ofPackage(template: template)
                == CodeBuild(
                    command: "swift build -c release", directory: folder.path,
                    sources: [folder.path]))
        try folder.write("scripts/build", "", mode: 0o755)
        #expect(CodeBuild.ofPackage(template: template)?.command == "scripts/build")
    }
}
