import Glibc
import HTTPClient
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Warnings of limits")
struct LimitWarningTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func warnings(
        routes: [RouteDefinition] = [], _ change: (inout FunctionDefinition) -> Void
    ) -> [String] {
        var function = FunctionDefinition(name: "f", codeDirectory: folder.path)
        change(&function)
        return LimitWarnings.all(in: Template(functions: [function], routes: routes))
    }

    @Test("what is within the limits is not warned of")
    func within() {
        let route = RouteDefinition(function: "f", method: "GET", path: "/")
        #expect(
            warnings(routes: [route]) {
                $0.environment = ["A": String(repeating: "x", count: 4_095)]
                $0.timeoutMs = 30_000
                $0.memoryMB = 10_240
            } == [])
        #expect(warnings { $0.timeoutMs = 900_000 } == [])
    }

    @Test("each limit that a definition crosses is named with its figures")
    func crossed() {
        #expect(
            warnings { $0.environment = ["A": String(repeating: "x", count: 4_096)] } == [
                "f: its environment variables have 4097 bytes; AWS takes 4 KB at most"
            ])
        #expect(
            warnings { $0.timeoutMs = 901_000 } == [
                "f: its timeout is 901 s; AWS takes 1 to 900 s"
            ])
        #expect(
            warnings { $0.memoryMB = 127 } == ["f: its memory is 127 MB; AWS takes 128 to 10240 MB"]
        )
        let routes = [RouteDefinition.Format.httpAPI, .restAPI].map {
            RouteDefinition(function: "f", method: "GET", path: "/\($0)", format: $0)
        }
        #expect(
            warnings(routes: routes) { $0.timeoutMs = 30_000 } == [
                "f: its timeout is 30 s, but its API answers 5xx after 29 s"
            ])
        #expect(
            warnings(routes: [routes[0]]) { $0.timeoutMs = 31_000 } == [
                "f: its timeout is 31 s, but its API answers 5xx after 30 s"
            ])
    }

    @Test("the files of a folder and those below it are counted, links are not")
    func codeSize() throws {
        try folder.write("a/b/c", String(repeating: "x", count: 600))
        try folder.write("d", String(repeating: "x", count: 400))
        try #require(symlink("d", folder.path + "/link") == 0)
        func isLarger(_ bytesMax: Int) -> Bool {
            CodeSize.isLarger(than: bytesMax, folder: folder.path, isStopped: { false })
        }
        #expect(isLarger(999))
        #expect(!isLarger(1_000))
        #expect(!CodeSize.isLarger(than: 0, folder: folder.path + "/none", isStopped: { false }))
    }

    @Test("a definition's warning is in the log when the emulator has started, an answer's once")
    func said() async throws {
        let spawner = TestSpawner()
        let function = FunctionDefinition(
            name: "f", codeDirectory: folder.path, timeoutMs: 901_000)
        let server = EmulatorServer(
            quietConfiguration(Template(functions: [function]), spawner: spawner))
        try server.start()
        defer { server.stop() }
        #expect(server.log.contains("emulator f: warning: its timeout is 901 s"))
        var instance: TestInstance?
        for _ in 0..<2 {
            async let result = server.invoke(function: "f", payload: Array("{}".utf8))
            if instance == nil { instance = await spawner.next() }
            let running = try #require(instance)
            let next = try await running.next()
            let answer = String(repeating: "x", count: 6_291_557)
            #expect(try await running.respond(next.requestID, answer).status == 413)
            #expect(try await result.failure == .tooLarge)
        }
        let said = server.log.split(separator: "\n").filter {
            $0.contains("f: warning: its answer is larger than 6 MB")
        }
        #expect(said.count == 1)
    }
}
