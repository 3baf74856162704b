import Foundation
import HTTPClient
import StrictJSON
import Testing

/// The command-line tools as a person uses them.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ToolTests {
    @Test(arguments: [
        ["nonsense"], ["client"], ["client", "add"], ["client", "add", "x"],
        ["client", "add", "x", "--scope", "everything"],
        ["client", "add", "x y", "--scope", "events:read"],
        ["client", "list", "--loud"], ["client", "list", "extra"],
        ["client", "add", "x", "--scope", "events:read", "--rate-limit", "0"],
        ["webhook", "add", "ftp://example.com", "--event", "risk.scored"],
        ["webhook", "add", "http://example.com/", "--event", "risk.scored"],
        ["webhook", "add", "https://example.com/", "--event", "other"],
        ["webhook", "add", "https://example.com/"],
        ["webhook", "add", "https://example.com/", "--event", "risk.scored", "--secret", "short"],
        ["webhook", "listen"], ["outbox", "list", "--state", "gone"], ["outbox", "redrive"],
        ["audit", "burn"], ["client", "list", "--store"],
    ])
    func ttsrAnswersBadArgumentsWithOneLine(_ arguments: [String]) throws {
        let folder = try Workspace()
        let command = try Command(
            Workspace.product("ttsr"), arguments, environment: ["TTSR_STORE": folder.store])
        expectOneLine(command)
        #expect(!FileManager.default.fileExists(atPath: folder.database))
    }

    @Test(arguments: [
        ["nonsense"], ["start", "--port", "many"], ["start", "--template"],
        ["start", "--template", "/nowhere/template.yaml"], ["invoke"], ["invoke", "score"],
        ["invoke", "score", "--event", "/nowhere/event.json"], ["start", "--loud"],
    ])
    func lambdaEmulatorAnswersBadArgumentsWithOneLine(_ arguments: [String]) throws {
        expectOneLine(try Command(Workspace.product("lambda-emulator"), arguments))
    }

    private func expectOneLine(_ command: Command) {
        #expect(command.status == 2)
        #expect(command.output.isEmpty)
        #expect(command.errors.split(separator: "\n").count == 1, "\(command.errors)")
    }

    @Test func bothToolsHelp() throws {
        for tool in ["ttsr", "lambda-emulator"] {
            let help = try Command(Workspace.product(tool), ["--help"])
            #expect(help.status == 0)
            #expect(help.output.lowercased().contains("usage:"))
            #expect(help.errors.isEmpty)
        }
    }

    @Test func scoresAnEventWithoutAServer() throws {
        let scored = try Command(
            Workspace.product("ttsr"), ["score"], input: GoldenFlowTests.trip)
        #expect(scored.status == 0)
        #expect(
            try StrictJSON.parse(Array(scored.output.utf8).dropLast())["score"]?.number?.text
                == "38.5")
        let refused = try Command(
            Workspace.product("ttsr"), ["score"],
            input: #"{"source": "flight", "signals": {"delay": 9}}"#)
        #expect(refused.status == 1)
        #expect(refused.errors == "ttsr: the event is not valid: /signals/delay signal_range\n")
    }

    @Test func everySampleRunsWithInvoke() async throws {
        let emulator = try RunningEmulator(Workspace())
        let samples = try FileManager.default.contentsOfDirectory(
            atPath: Workspace.root.appending(path: "events").path)
        #expect(samples.count >= 20)
        for sample in samples.sorted() {
            let function = String(sample.prefix { $0 != "." && $0 != "-" })
            let invoked = try Command(
                Workspace.product("lambda-emulator"),
                [
                    "invoke", function, "--url", emulator.url, "--event",
                    Workspace.root.appending(path: "events/\(sample)").path,
                ])
            #expect(invoked.status == 0, "\(sample): \(invoked.errors)")
            #expect(invoked.errors.contains("REPORT RequestId:"), "\(sample)")
            let answer = try StrictJSON.parse(Array(invoked.output.utf8))
            if function == "outboxRetry" {
                #expect(answer["delivered"]?.number?.integer == 0, "\(sample)")
            } else {
                #expect(answer["statusCode"]?.number?.integer != nil, "\(sample)")
            }
        }
        #expect(emulator.stop() == 0)
    }

    @Test func invokeRunsAFunctionByItself() throws {
        let workspace = try Workspace()
        let invoked = try Command(
            Workspace.product("lambda-emulator"),
            [
                "invoke", "health", "--event", Workspace.sample("health"),
                "--template", workspace.template, "--parameter", "StoreURL=\(workspace.store)",
                "--data-dir", workspace.folder.appending(path: "data").path,
            ])
        #expect(invoked.status == 0, "\(invoked.errors)")
        let answer = try StrictJSON.parse(Array(invoked.output.utf8))
        #expect(answer["statusCode"]?.number?.integer == 200)
    }

    @Test func theEmulatorStopsWithoutLeavingAChild() async throws {
        let emulator = try RunningEmulator(Workspace())
        let health = try await emulator.send("GET", "/v1/health")
        #expect(health.status == 200)
        let own = try await emulator.send("GET", "/_emulator/health")
        #expect(own.status == 200)
        let children = try emulator.children()
        #expect(!children.isEmpty)
        #expect(emulator.stop() == 0)
        for child in children { #expect(ProcessTable.name(of: child) == nil) }
    }
}
