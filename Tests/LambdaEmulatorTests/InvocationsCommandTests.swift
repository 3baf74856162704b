import Foundation
import Glibc
import Locking
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator
@testable import LambdaEmulatorTool

@Suite("invocations")
struct InvocationsCommandTests {
    private let folder: TemporaryFolder
    private let output = Locked<[UInt8]>([])
    private let remarks = Locked<[UInt8]>([])

    init() throws { folder = try TemporaryFolder() }

    private var outputText: String { String(decoding: output.withLock { $0 }, as: UTF8.self) }
    private var remarksText: String { String(decoding: remarks.withLock { $0 }, as: UTF8.self) }

    private func record(_ invocations: RecordedInvocation...) throws {
        let path = InvocationArchive.folder(in: folder.path)
        let writer = RecordFolder(path, bytesMax: 1 << 20)
        for invocation in invocations { try writer.append(invocation.line) }
    }

    private func run(_ line: String) async throws -> Int32 {
        output.withLock { $0 = [] }
        remarks.withLock { $0 = [] }
        var words = ArgumentReader(
            line.split(separator: " ").map(String.init) + ["--data-dir", folder.path])
        var command = try InvocationsCommand(&words)
        command.print = { [output] bytes in output.withLock { $0 += bytes } }
        command.printLog = { [remarks] bytes in remarks.withLock { $0 += bytes } }
        let ready = command
        return try await onThread { ready.run() }
    }

    private static let failure = InvocationFailure(kind: .timeout, errorType: "Sandbox.Timedout")

    @Test("the last ones are listed, newest first; filters choose among them")
    func lists() async throws {
        try record(recorded("a-1"), recorded("b-2", failure: Self.failure), recorded("c-3"))
        #expect(try await run("list") == 0)
        #expect(
            outputText == """
                ID   WHEN                      FUNCTION  ORIGIN          DURATION  RESULT
                c-3  1970-01-01T00:00:00.005Z  f         route:GET /a:b  1.23 ms   ok
                b-2  1970-01-01T00:00:00.005Z  f         route:GET /a:b  1.23 ms   Sandbox.Timedout
                a-1  1970-01-01T00:00:00.005Z  f         route:GET /a:b  1.23 ms   ok

                """)
        #expect(try await run("list --failed --json") == 0)
        let value = try StrictJSON.parse(output.withLock { Array($0.dropLast()) })
        #expect(value["id"]?.string == "b-2")
        #expect(value["event"] == nil)
        #expect(try await run("list --limit 1 --json") == 0)
        #expect(outputText.contains(#""id":"c-3""#))
        #expect(!outputText.contains(#""id":"b-2""#))
        #expect(try await run("list --function g") == 0)
        #expect(outputText == "none\n")
    }

    @Test("one is shown by the beginning of its id, and the last one by that word")
    func shows() async throws {
        let log = Array("START\nhello\n".utf8)
        try record(
            recorded("abc", event: Array(#"{"a":[1,{}],"b":{}}"#.utf8), log: log),
            recorded("abd", answer: [0xFF], failure: Self.failure))
        #expect(try await run("show abc") == 0)
        #expect(
            outputText == """
                f  abc  ok
                  called  1970-01-01T00:00:00.005Z by route:GET /a:b
                  took    1.23 ms, billed 2 ms, init 0.00 ms, memory 42 of 128 MB
                  trace   Root=1

                event (19 bytes):
                {
                  "a": [
                    1,
                    {}
                  ],
                  "b": {}
                }

                answer (1 bytes, text/plain):
                1

                log:
                START
                hello

                """)
        #expect(try await run("show last") == 0)
        #expect(outputText.hasPrefix("f  abd  failed: Sandbox.Timedout\n"))
        #expect(try await run("show last --json") == 0)
        #expect(outputText.contains(#""answer":{"base64":"/w=="}"#))
        #expect(try await run("show ab") == 1)
        #expect(try await run("show x") == 1)
        #expect(outputText.isEmpty)
    }

    @Test("all attempts of one event are found by their id")
    func attempts() async throws {
        try record(recorded("abc", failure: Self.failure), recorded("abc"))
        #expect(try await run("show abc") == 0)
        #expect(outputText.hasPrefix("f  abc  ok\n"))
        #expect(outputText.contains("  attempt 2: "))
        #expect(try await run("show abc --json") == 0)
        #expect(outputText.split(separator: "\n").count == 2)
    }

    @Test("an event is kept as a new file, and what is secret in it is named")
    func saves() async throws {
        let event = #"{"headers":{"Authorization":"Bearer x","b":"c"},"n":1.50}"#
        try record(recorded("abc", event: Array(event.utf8)))
        let file = folder.path + "/event.json"
        #expect(try await run("save-as-event abc \(file)") == 0)
        #expect(
            try String(contentsOfFile: file, encoding: .utf8) == """
                {
                  "headers": {
                    "Authorization": "Bearer x",
                    "b": "c"
                  },
                  "n": 1.50
                }

                """)
        #expect(try await run("save-as-event abc \(file)") == 1)
        #expect(try await run("save-as-event abc \(folder.path)/none/event.json") == 1)
    }

    @Test("an event that was cut is shown, and not sent")
    func cutEvents() async throws {
        let whole = recorded("abc")
        let cut = RecordedInvocation(
            function: "f", origin: .invoke, traceID: "", acceptedMs: 0, endedMs: 0,
            event: whole.event, eventBytes: 9_999_999, answerBytes: 1, result: whole.result)
        try record(cut)
        #expect(try await run("show abc") == 0)
        #expect(outputText.contains("event (9999999 bytes; the first 2 were kept):\n"))
        for line in ["replay abc", "curl abc", "save-as-event abc \(folder.path)/e.json"] {
            #expect(try await run(line) == 1)
        }
        #expect(access(folder.path + "/e.json", F_OK) != 0)
    }

    @Test("nothing recorded is said to be so")
    func nothing() async throws {
        #expect(try await run("list") == 1)
        #expect(outputText.isEmpty)
    }
}
