import Locking
import TestSupport
import Testing

@testable import LambdaEmulator
@testable import LambdaEmulatorTool

/// The ways of `invoke` to call a running emulator.
@Suite("invoke --stream, --async and others")
struct InvokeOptionsTests {
    private let emulator: TestEmulator
    private let folder: TemporaryFolder
    private let answers = Locked<[String]>([])
    private let log = Locked<String>("")

    init() throws {
        emulator = try TestEmulator(
            Template(functions: [FunctionDefinition(name: "f", codeDirectory: "/none")]))
        folder = try TemporaryFolder()
        try folder.write("event.json", "{}")
    }

    private func run(_ options: String) async throws -> Int32 {
        var words = ArgumentReader(
            ["f", "--event", folder.path + "/event.json", "--url", emulator.server.url]
                + options.split(separator: " ").map(String.init))
        var command = try InvokeCommand(&words)
        command.print = { [answers] bytes in
            answers.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
        }
        command.printLog = { [log] bytes in
            log.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
        }
        let ready = command
        return try await onThread { ready.run() }
    }

    @Test("a streamed answer is printed as it comes, then its log")
    func streams() async throws {
        async let status = run("--stream")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        let answer = try StreamedResponse(instance, event.requestID, type: "text/plain")
        answer.send("one")
        #expect(await eventually { answers.withLock { $0 == ["one"] } })
        answer.send("two")
        answer.end()
        #expect(try await status == 0)
        #expect(answers.withLock { $0 } == ["one", "two", "\n"])
        #expect(log.withLock { $0.hasPrefix("START RequestId: \(event.requestID)") })
    }

    @Test("a failure in the middle of a stream is printed, and 1")
    func streamFailures() async throws {
        async let status = run("--stream")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        _ = try await instance.send(
            "POST", "invocation/\(event.requestID)/error", body: #"{"errorMessage":"no"}"#)
        #expect(try await status == 1)
        #expect(answers.withLock { $0.joined() } == #"{"errorMessage":"no"}"# + "\n")
    }

    @Test("an asynchronous event is accepted, and its id printed before it is delivered")
    func asynchronous() async throws {
        #expect(try await run("--async") == 0)
        let instance = try await emulator.instance()
        let event = try await instance.next()
        #expect(answers.withLock { $0 } == [event.requestID + "\n"])
        #expect(log.withLock { $0 }.isEmpty)
        try await instance.respond(event.requestID, "1")
    }

    @Test("client context and trace reach the function; all of a long log is shown, or none")
    func fields() async throws {
        async let status = run(#"--client-context {"a":1} --trace-id Root=9 --log all"#)
        let instance = try await emulator.instance()
        let event = try await instance.next()
        #expect(event.field("Lambda-Runtime-Client-Context") == #"{"a":1}"#)
        #expect(event.field("Lambda-Runtime-Trace-Id")?.hasPrefix("Root=9") == true)
        for number in 0..<1_000 { instance.print("line \(number)") }
        try await instance.respond(event.requestID, "1")
        #expect(try await status == 0)
        let lines = log.withLock { $0.split(separator: "\n") }
        #expect(lines.count == 1_003)
        #expect(lines.dropFirst().first == "line 0")

        log.withLock { $0 = "" }
        async let silent = run("--log none")
        let next = try await instance.next()
        try await instance.respond(next.requestID, "1")
        #expect(try await silent == 0)
        #expect(log.withLock { $0 }.isEmpty)
    }

    @Test("messages are read however their bytes come")
    func messages() {
        let first = EventStreamMessage.event("A", contentType: "t", payload: Array("one".utf8))
        let second = EventStreamMessage.event("B", contentType: "t", payload: [])
        let bytes = first + second
        let expected = [
            EventStreamReader.Message(type: "A", payload: Array("one".utf8)),
            EventStreamReader.Message(type: "B", payload: []),
        ]
        for split in 0...bytes.count {
            var reader = EventStreamReader()
            #expect(reader.read(bytes[..<split]) + reader.read(bytes[split...]) == expected)
        }
    }
}
