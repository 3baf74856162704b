import LambdaEmulator
import TestSupport
import Testing

@testable import LambdaEmulatorTool

@Suite("Command line")
struct CommandTests {
    private func read(_ line: String) throws(ArgumentError) -> Command {
        try Command(line.split(separator: " ").map(String.init))
    }

    private func startOptions(_ line: String) throws -> StartOptions? {
        guard case .run(let command) = try read(line) else { return nil }
        return (command as? StartCommand)?.options
    }

    private func invokeOptions(_ line: String) throws -> InvokeOptions? {
        guard case .run(let command) = try read(line) else { return nil }
        return (command as? InvokeCommand)?.options
    }

    @Test("what follows -- is the command of exec, whatever it looks like")
    func exec() throws {
        guard
            case .run(let command) = try read(
                "exec --port 7 --quiet --template t -- sh --help --port=8 -- x"),
            let exec = command as? ExecCommand
        else {
            Issue.record("not exec")
            return
        }
        #expect(exec.command == ["sh", "--help", "--port=8", "--", "x"])
        #expect(exec.options == StartOptions(template: "t", port: 7, dataDirectory: ""))
        #expect(exec.isQuiet)
    }

    private func help(_ line: String) throws -> String? {
        guard case .help(let text) = try read(line) else { return nil }
        return text
    }

    @Test("start and its options")
    func start() throws {
        #expect(try startOptions("start") == StartOptions())
        let options = try startOptions(
            "start --template t.yaml --port=0 --data-dir d --parameter A=1 "
                + "--parameter B=x=y --parameter=C= --no-events --record-bytes-max 64M")
        #expect(
            options
                == StartOptions(
                    template: "t.yaml", port: 0, dataDirectory: "d",
                    parameters: ["A": "1", "B": "x=y", "C": ""], runsEvents: false,
                    recordBytesMax: 64 << 20))
    }

    @Test("the template of the folder is the usual one, then that of infra")
    func usualTemplate() {
        #expect(UsualTemplate.path { _ in true } == "template.yaml")
        #expect(UsualTemplate.path { $0.hasPrefix("infra/") } == "infra/template.yaml")
        #expect(UsualTemplate.path { _ in false } == "template.yaml")
    }

    @Test("a debugger is for a function of the template")
    func unknownDebugged() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "t.yaml",
            """
            Resources:
              A:
                Type: AWS::Serverless::Function
                Properties: {FunctionName: a, Runtime: provided.al2023, CodeUri: code}
            """)
        let line = "start --template \(folder.path)/t.yaml --debug "
        for name in ["a", "A"] {
            _ = try startOptions(line + name)?.configuration()
        }
        #expect(throws: ArgumentError(line: "--debug: one of the functions was expected: a")) {
            try startOptions(line + "b")?.configuration()
        }
    }

    @Test("start's options for instances")
    func instances() throws {
        #expect(try startOptions("start")?.instances.idleTimeoutMs == 600_000)
        let options = try startOptions(
            "start --freeze --idle-timeout 1h30m --termination=250ms --no-memory-limit --debug f "
                + "--concurrency 3")
        var expected = InstancePolicy()
        expected.freezesIdle = true
        expected.idleTimeoutMs = 5_400_000
        expected.terminationMs = 250
        expected.enforcesMemory = false
        expected.debuggedFunction = "f"
        expected.unreservedConcurrencyMax = 3
        #expect(options?.instances == expected)
        #expect(try startOptions("start --idle-timeout off")?.instances.idleTimeoutMs == nil)
        for wrong in ["--idle-timeout 5", "--termination -1s", "--debug", "--concurrency 0"] {
            #expect(throws: ArgumentError.self) { try read("start \(wrong)") }
        }
    }

    @Test("start's options for new code")
    func reload() throws {
        #expect(try startOptions("start")?.reload == ReloadOptions())
        let options = try startOptions("start --watch a b --build make --no-reload --port 0")
        #expect(options?.port == 0)
        #expect(
            options?.reload
                == ReloadOptions(reloads: false, watched: ["a", "b"], command: "make"))
        let build = try options?.reload.build(template: "/x/t.yaml")
        #expect(build?.command == "make")
        #expect(build?.sources.map { $0.hasPrefix("/") } == [true, true])
        #expect(try startOptions("start --watch --no-events")?.reload.watched == [])
        #expect(throws: ArgumentError.self) {
            try ReloadOptions(watched: []).build(template: "/none/t.yaml")
        }
    }

    @Test("invoke and its options")
    func invoke() throws {
        var expected = InvokeOptions(event: "-", url: "http://127.0.0.1:1")
        expected.call.function = "score"
        #expect(try invokeOptions("invoke score --event - --url http://127.0.0.1:1") == expected)
        expected = InvokeOptions(
            event: "e.json", isAlone: true, template: "t", dataDirectory: "d")
        expected.call.function = "score"
        #expect(
            try invokeOptions("invoke --event e.json --template t score --data-dir d") == expected)
        expected = InvokeOptions(event: "-", log: .all)
        expected.call.function = "f"
        expected.call.isStreamed = true
        expected.call.clientContext = "{}"
        expected.call.traceID = "Root=1"
        #expect(
            try invokeOptions(
                "invoke f --event - --stream --log all --client-context {} --trace-id Root=1")
                == expected)
        expected = InvokeOptions(event: "-", url: "u")
        expected.call.function = "f"
        expected.call.isAsynchronous = true
        #expect(try invokeOptions("invoke f --event - --async --url u") == expected)
    }

    @Test("what is put into the event comes in the order given, and may hold further signs")
    func settings() throws {
        let settings = try [
            #require(EventSetting("/a=1=2")), #require(EventSetting("/b=")),
        ]
        var expected = InvokeOptions(event: "-", settings: settings)
        expected.call.function = "f"
        #expect(try invokeOptions("invoke f --event - --set /a=1=2 --set=/b=") == expected)
    }

    @Test("help is given for nothing, for everything and for each")
    func help() throws {
        #expect(try help("") == Command.overview)
        #expect(try help("--help") == Command.overview)
        for command in Command.all {
            #expect(Command.overview.contains("lambda-emulator \(command.synopsis)"))
            #expect(try help("\(command.name) --port 1 --help") == command.help)
            #expect(try help("\(command.name) -h") == command.help)
        }
    }

    private static let badEvents =
        "events: list, show ID, redrive ID, redrive --all or purge was expected"
    private static let badSetting =
        "--set: a JSON pointer and a text, as /headers/authorization=TEXT, expected"

    private static let badInvocations =
        "invocations: list, show ID, replay ID, curl ID or save-as-event ID FILE was expected; "
        + "see --help"
    private static let badKind =
        "event: one of \(SampleEvent.allCases.map(\.rawValue).joined(separator: ", ")) was expected"
    private static let badBytes = "--record-bytes-max: 0, or 1M or more, was expected"

    @Test(
        "what cannot be understood is named in one line",
        arguments: [
            ("run", "run: not a command; see --help"),
            ("start -- --help", "--: not an option of start; see --help"),
            ("start --port", "--port: a value was expected"),
            ("start --port 65536", "--port: a number from 0 to 65535 was expected"),
            ("start --port x", "--port: a number from 0 to 65535 was expected"),
            ("start --parameter A", "--parameter: Name=Value was expected"),
            ("start --parameter =A", "--parameter: Name=Value was expected"),
            ("start --parameter A=1 --parameter A=2", "--parameter: A is given twice"),
            ("start --record-bytes-max 1023K", badBytes), ("start --record-bytes-max -1", badBytes),
            ("start --record-bytes-max M", badBytes), ("start --record-bytes-max 1X", badBytes),
            ("start --nope", "--nope: not an option of start; see --help"),
            ("start extra", "extra: not an option of start; see --help"),
            ("invoke", "invoke: a function's name was expected; see --help"),
            ("invoke f", "invoke: --event FILE or --event - was expected"),
            ("invoke f g --event -", "g: one function was expected"),
            ("invoke f --set", "--set: a value was expected"),
            ("invoke f --set a=b", badSetting), ("invoke f --set /a", badSetting),
            ("invoke f --set =b", badSetting), ("invoke f --set /a~2=b", badSetting),
            ("invoke f --set /a~=b", badSetting),
            ("invoke f --event - --async", "--async: --url and a running emulator was expected"),
            (
                "invoke f --event - --async --stream --url u",
                "--stream: an answer was expected, which --async has not"
            ),
            ("invoke f --log some", "--log: none, tail or all was expected"),
            ("exec", "exec: -- and a command was expected; see --help"),
            ("exec --quiet --", "exec: -- and a command was expected; see --help"),
            ("exec sh -c x", "sh: -- was expected before the command"),
            ("exec --nope -- sh", "--nope: not an option of exec; see --help"),
            ("check x", "x: not an option of check; see --help"),
            ("functions x", "x: not an option of functions; see --help"),
            ("logs f g", "g: one function was expected"),
            ("logs --lines -1", "--lines: a number from 0 to 100000 was expected"),
            ("logs --nope", "--nope: not an option of logs; see --help"),
            ("event --nope", "--nope: not an option of event; see --help"),
            ("event sqs dynamodb", badKind), ("event x", badKind),
            ("invocations", badInvocations), ("invocations show", badInvocations),
            ("invocations list x", badInvocations), ("invocations save-as-event x", badInvocations),
            ("invocations list --limit 0", "--limit: a number from 1 to 100000 was expected"),
            ("invocations show x --failed", "--failed: not an option of invocations show"),
            ("invocations list --set /a=b", "--set: not an option of invocations list"),
            ("invocations list --nope", "--nope: not an option of invocations; see --help"),
            ("invoke f --no-events", "--no-events: not an option of invoke; see --help"),
            ("events", badEvents), ("events show", badEvents), ("events redrive", badEvents),
            ("events redrive x --all", badEvents), ("events list x", badEvents),
            ("events purge --all", badEvents),
            ("events list --limit 0", "--limit: a number from 1 to 1000 was expected"),
            ("events list --nope", "--nope: not an option of events; see --help"),
            (
                "events show x --limit 5",
                "--function, --state and --limit: options of events list"
            ),
        ])
    func refuses(line: String, error: String) {
        let thrown = #expect(throws: ArgumentError.self) { try read(line) }
        #expect(thrown?.line == error)
    }
}
