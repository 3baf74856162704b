import Foundation
import Testing

/// `lambda-emulator exec`, as a test of another project runs it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ExecTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func exec(
        _ options: [String] = [], _ command: String..., environment: [String: String] = [:]
    ) throws -> Command {
        try Command(
            Workspace.product("lambda-emulator"),
            [
                "exec", "--template", workspace.template, "--parameter",
                "StoreURL=\(workspace.store)",
            ] + options + ["--"] + command,
            environment: environment.merging(["TMPDIR": workspace.folder.path]) { $1 })
    }

    @Test func theCommandFindsTheEmulator() throws {
        let script = """
            read line
            echo "$line $AWS_ACCESS_KEY_ID $AWS_REGION"
            [ "$AWS_ENDPOINT_URL_LAMBDA" = "$EMULATOR_URL" ] || exit 1
            [ "$AWS_ENDPOINT_URL_SQS" = "$EMULATOR_URL" ] || exit 1
            ls "$TMPDIR"
            exec "$0" functions
            """
        let run = try Command(
            Workspace.product("lambda-emulator"),
            [
                "exec", "--template", workspace.template, "--parameter",
                "StoreURL=\(workspace.store)", "--", "/bin/sh", "-c", script,
                Workspace.product("lambda-emulator"),
            ], input: "given\n",
            environment: ["AWS_REGION": "eu-x", "TMPDIR": workspace.folder.path])
        #expect(run.status == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n")
        #expect(lines.first == "given local eu-x")
        #expect(lines.contains { $0.hasPrefix("lambda-emulator-") })
        #expect(lines.contains { $0.hasPrefix("health ") && $0.contains("route:GET /v1/health") })
        let left = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path)
        #expect(!left.contains { $0.hasPrefix("lambda-emulator-") })
    }

    @Test func itsStatusIsTheCommands() throws {
        #expect(try exec([], "/bin/sh", "-c", "exit 7").status == 7)
        #expect(try exec([], "/bin/sh", "-c", "kill -9 $$").status == 137)
        let missing = try exec([], "no-such-command")
        #expect(missing.status == 127)
        #expect(missing.errors == "lambda-emulator: no-such-command: No such file or directory\n")
        #expect(try exec([], workspace.folder.path).status == 126)
    }

    @Test func theLogIsShownOrNot() throws {
        let call = #"curl -s "$EMULATOR_URL/v1/health" >/dev/null"#
        let path = ["PATH": "/usr/bin:/bin"]
        let shown = try exec([], "/bin/sh", "-c", call, environment: path)
        #expect(shown.status == 0)
        #expect(shown.errors.contains(" health REPORT RequestId: "))
        let silent = try exec(["--quiet"], "/bin/sh", "-c", call, environment: path)
        #expect(silent.status == 0)
        #expect(silent.errors.isEmpty)
    }
}
