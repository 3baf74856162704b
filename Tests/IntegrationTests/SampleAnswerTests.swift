import Foundation
import HTTPClient
import StrictJSON
import TestSupport
import Testing

/// The functions answer the project's sample events alike under AWS's emulator and ours.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SampleAnswerTests {
    private static let root = "1-6740e2a0-0123456789abcdef01234567"
    private static let trace = "Root=\(root);Parent=0123456789abcdef;Sampled=0"

    @Test func theAWSRuntimeInterfaceEmulatorRunsEveryFunction() async throws {
        let workspace = try Workspace()
        try Self.addClient(to: workspace)
        var running: (function: String, emulator: InterfaceEmulator)?
        var functions: Set<String> = []
        try await Self.checkEverySample { function, event in
            if let running, running.function == function {
                return try await running.emulator.invoke(event)
            }
            // One at a time: it is made for one function, and crashes under two callers.
            running?.emulator.stop()
            let emulator = try InterfaceEmulator(function, in: workspace)
            running = (function, emulator)
            functions.insert(function)
            return try await emulator.invoke(event)
        }
        #expect(running?.emulator.logged.contains("REPORT RequestId: ") == true)
        running?.emulator.stop()
        #expect(try functions.sorted() == Workspace.functions())
    }

    @Test func oursRunsEveryFunctionAlike() async throws {
        let workspace = try Workspace()
        try Self.addClient(to: workspace)
        let emulator = try RunningEmulator(workspace)
        try await Self.checkEverySample(root: Self.root) { function, event in
            try await emulator.send(
                "POST", "/2015-03-31/functions/\(function)/invocations",
                ["X-Amzn-Trace-Id": Self.trace], event)
        }
        #expect(emulator.stop() == 0)
    }

    /// The client whose secret the samples have.
    private static func addClient(to workspace: Workspace) throws {
        let added = try Command.ttsr(
            workspace, "client", "add", "demo-app", "--secret", "demo-secret",
            "--scope", "score:write events:read webhooks:write")
        try #require(added.status == 0, "\(added.errors)")
    }

    /// - Parameter root: the trace that every call belongs to; nil when the function is told none
    ///   (AWS's emulator passes none on) and makes do with the invocation's id.
    private static func checkEverySample(
        root: String? = nil,
        _ invoke: (_ function: String, _ event: String) async throws -> HTTPResponse
    ) async throws {
        var token = ""
        for expected in SampleAnswers.requests {
            let answer = try await answer(to: expected.name, token: token, invoke)
            let comment = Comment(rawValue: expected.name)
            let status = try #require(answer["statusCode"]?.number?.integer, comment)
            #expect(status == Int64(expected.status), comment)
            let type = expected.code == nil ? "application/json" : "application/problem+json"
            #expect(answer["headers"]?["Content-Type"]?.string == type, comment)
            let trace = try #require(answer["headers"]?["X-Amzn-Trace-Id"]?.string, comment)
            #expect(root.map { trace == "Root=\($0)" } ?? (trace.utf8.count == 5 + 36), comment)
            let body = try StrictJSON.parse(Array(try #require(answer["body"]?.string).utf8))
            #expect(body["code"]?.string == expected.code, comment)
            if expected.code != nil {
                #expect(body["trace_id"]?.string == String(trace.dropFirst(5)), comment)
            }
            if expected.name == "token" { token = body["access_token"]?.string ?? "" }
            if expected.name == "score" { #expect(body["score"]?.number?.text == "38.5") }
        }
        for name in SampleAnswers.drains {
            let answer = try await answer(to: name, token: token, invoke)
            let nothing = SampleAnswers.drainCounts.map { JSONMember($0, .number(JSONNumber(0))) }
            #expect(Set(answer.object ?? []) == Set(nothing), Comment(rawValue: name))
        }
        for function in try newFunctions() {
            let answer = try await answer(to: function, token: token, invoke)
            #expect(answer.object != nil, Comment(rawValue: function))
        }
    }

    /// Those that have just been made: of their sample only an answer is expected.
    private static func newFunctions() throws -> [String] {
        let names = SampleAnswers.requests.map(\.name) + SampleAnswers.drains
        return try Workspace.functions().filter { !names.contains($0) }
    }

    private static func answer(
        to name: String, token: String,
        _ invoke: (_ function: String, _ event: String) async throws -> HTTPResponse
    ) async throws -> JSONValue {
        let event = try String(contentsOfFile: Workspace.sample(name), encoding: .utf8)
            .replacing(SampleAnswers.tokenPlace, with: token)
        let answer = try await invoke(String(name.prefix { $0 != "-" }), event)
        #expect(answer.status == 200, Comment(rawValue: name))
        return try StrictJSON.parse(answer.body)
    }
}
