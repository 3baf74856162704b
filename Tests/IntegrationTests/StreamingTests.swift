import Foundation
import HTTPClient
import Testing

/// The documentation's streaming function, as the emulator runs it.
@Suite(.timeLimit(.minutes(5))) struct StreamingTests {
    private let folder: TemplateFolder
    private let body = (1...1000).reversed().map { "data: \($0)\n\n" }.joined()

    init() throws {
        folder = try TemplateFolder("streaming", code: ["countdown": .product("Countdown")])
    }

    @Test func anHTTPClientGetsStatusFieldsAndPieces() async throws {
        let emulator = try EmulatorProcess(template: folder.template, in: folder.folder)
        let answer = try await emulator.send("GET", "/lambda-url/countdown/?from=1000")
        #expect(answer.status == 200)
        #expect(answer.field("Content-Type") == "text/event-stream")
        #expect(answer.field("Content-Length") == nil)
        #expect(String(decoding: answer.body, as: UTF8.self) == body)
        #expect(emulator.stop() == 0)
    }

    @Test func aCallerThatTakesNoStreamGetsThePiecesAtTheEnd() throws {
        let invoked = try invoke(from: 1000)
        #expect(invoked.status == 0, "\(invoked.errors)")
        let parts = invoked.output.split(separator: String(repeating: "\0", count: 8))
        #expect(
            parts.first
                == #"{"statusCode":200,"headers":{"Content-Type":"text/event-stream"}}"#)
        #expect(parts.last?.hasPrefix(body) == true)
    }

    @Test func anErrorBeforeTheFirstByteIsTheInvocationsError() throws {
        let invoked = try invoke(from: 0)
        #expect(invoked.status == 1)
        #expect(
            invoked.output.hasPrefix(
                #"{"errorMessage":"from is not a number from 1 to 1000","#
                    + #""errorType":"OutOfRange""#))
        #expect(invoked.errors.contains("Error Type: Function.OutOfRange"))
    }

    /// Starts the function by itself and invokes it once.
    private func invoke(from start: Int) throws -> Command {
        let event = folder.folder.appending(path: "event.json")
        try Data(
            """
            {"version": "2.0", "rawPath": "/", "queryStringParameters": {"from": "\(start)"},
             "requestContext": {"http": {"method": "GET"}}}
            """.utf8
        ).write(to: event)
        return try Command(
            Workspace.product("lambda-emulator"),
            [
                "invoke", "countdown", "--event", event.path, "--template", folder.template,
                "--data-dir", folder.folder.appending(path: "data").path,
            ])
    }
}
