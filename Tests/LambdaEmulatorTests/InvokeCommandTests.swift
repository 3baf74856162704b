import TestSupport
import Glibc
import Locking
import StrictJSON
import Testing

@testable import LambdaEmulator
@testable import LambdaEmulatorTool

@Suite("invoke")
struct InvokeCommandTests {
    /// What a command has printed.
    private final class Output: Sendable {
        let answer = Locked<[UInt8]>([])
        let log = Locked<[UInt8]>([])
        var answerText: String { String(decoding: answer.withLock { $0 }, as: UTF8.self) }
        var logText: String { String(decoding: log.withLock { $0 }, as: UTF8.self) }
    }

    private let folder: TemporaryFolder
    private let spawner = TestSpawner()
    private let output = Output()

    init() throws { folder = try TemporaryFolder() }

    private func command(
        _ event: String, settings: [String] = [], url: String? = nil, function: String = "f"
    ) throws -> InvokeCommand {
        try folder.write("event.json", event)
        var options = InvokeOptions(event: folder.path + "/event.json")
        options.call.function = function
        options.settings = try settings.map { try #require(EventSetting($0)) }
        options.url = url
        var command = InvokeCommand(options)
        command.print = { [output] bytes in output.answer.withLock { $0 += bytes } }
        command.printLog = { [output] bytes in output.log.withLock { $0 += bytes } }
        return command
    }

    @Test(
        "texts are put where the pointers say",
        arguments: [
            (#"{"h":{"a":1}}"#, ["/h/a=Bearer x=y"], #"{"h":{"a":"Bearer x=y"}}"#),
            (#"{"h":{}}"#, ["/h/b=1", "/h/b=2", "/c="], #"{"h":{"b":"2"},"c":""}"#),
            (#"{"a/b":{"m~n":0},"":1}"#, ["/a~1b/m~0n=x", "/=y"], #"{"a/b":{"m~n":"x"},"":"y"}"#),
            (#"{"~1":0}"#, ["/~01=x"], #"{"~1":"x"}"#),
            (#"[{"a":1},2]"#, ["/0/a=x", "/1=y", "/-=z"], #"[{"a":"x"},"y","z"]"#),
            ("{ \"as\" : \"given\" }", [], "{ \"as\" : \"given\" }"),
        ])
    func sets(event: String, settings: [String], expected: String) throws {
        let changed = try command(event, settings: settings).event()
        #expect(String(decoding: changed, as: UTF8.self) == expected)
    }

    @Test(
        "a pointer to nowhere is named in one line, without the text",
        arguments: [
            ("{}", "/h/a"), (#"{"h":1}"#, "/h/a"), ("[1]", "/1"), ("[1]", "/00"), ("[1]", "/-/a"),
        ])
    func refusesPointers(event: String, pointer: String) async throws {
        let command = try command(event, settings: [pointer + "=secret"])
        let thrown = #expect(throws: ArgumentError.self) { try command.event() }
        #expect(thrown?.line == "--set: \(pointer): the event has nothing to put it into")
    }

    private func started() throws -> EmulatorServer {
        let template = Template(
            functions: [
                FunctionDefinition(name: "f", codeDirectory: "/none", timeoutMs: 600_000)
            ])
        let server = EmulatorServer(quietConfiguration(template, spawner: spawner))
        try server.start()
        return server
    }

    /// Runs the command against an emulator, on a thread of its own.
    private func run(_ command: InvokeCommand, _ server: EmulatorServer) async throws -> Int32 {
        let url = "http://127.0.0.1:\(server.port)/"
        return try await onThread { command.call(url, try command.event(), log: .tail) }
    }

    @Test("a running emulator is called: the answer, the log, and 0")
    func calls() async throws {
        let server = try started()
        defer { server.stop() }
        let command = try command(#"{"a":0}"#, settings: ["/a=1"])
        async let status = run(command, server)
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        #expect(next.body == #"{"a":"1"}"#)
        try await instance.respond(next.requestID, "7")
        #expect(try await status == 0)
        #expect(output.answerText == "7\n")
        #expect(output.logText.hasPrefix("START RequestId: \(next.requestID) "))
    }

    @Test("a function's error is printed, and 1")
    func failures() async throws {
        let server = try started()
        defer { server.stop() }
        let command = try command("{}")
        async let status = run(command, server)
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        _ = try await instance.send(
            "POST", "invocation/\(next.requestID)/error", body: #"{"errorMessage":"no"}"#)
        #expect(try await status == 1)
        #expect(output.answerText == #"{"errorMessage":"no"}"# + "\n")
    }

    @Test("a function that is not there is 2, and so is an event that is none")
    func mistakes() async throws {
        let server = try started()
        defer { server.stop() }
        #expect(try await run(command("{}", function: "nope"), server) == 2)
        #expect(output.answerText.contains("Function not found"))
        #expect(try command("{").run() == 2)
    }
}
