import Foundation
import Testing

/// A streaming function as the emulator runs it.
@Suite(.timeLimit(.minutes(5))) struct StreamingTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "ttsr-test-\(UUID().uuidString)")

    private static let template = """
        AWSTemplateFormatVersion: "2010-09-09"
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Countdown:
            Type: AWS::Serverless::Function
            Properties:
              FunctionName: countdown
              Runtime: provided.al2023
              Handler: bootstrap
              CodeUri: countdown
        """

    private func event(from start: Int) -> String {
        """
        {"version": "2.0", "rawPath": "/", "queryStringParameters": {"from": "\(start)"},
         "requestContext": {"http": {"method": "GET"}}}
        """
    }

    /// Starts the function by itself and invokes it once.
    private func invoke(from start: Int) throws -> Command {
        let stage = folder.appending(path: "countdown")
        try FileManager.default.createDirectory(at: stage, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createSymbolicLink(
            at: stage.appending(path: "bootstrap"),
            withDestinationURL: Workspace.products.appending(path: "Countdown"))
        let template = folder.appending(path: "template.yaml")
        try Data(Self.template.utf8).write(to: template)
        let sample = folder.appending(path: "event.json")
        try Data(event(from: start).utf8).write(to: sample)
        return try Command(
            Workspace.product("lambda-emulator"),
            [
                "invoke", "countdown", "--event", sample.path, "--template", template.path,
                "--data-dir", folder.appending(path: "data").path,
            ])
    }

    @Test func aCallerThatTakesNoStreamGetsThePiecesAtTheEnd() throws {
        let invoked = try invoke(from: 1000)
        #expect(invoked.status == 0, "\(invoked.errors)")
        let body = (1...1000).reversed().map { "data: \($0)\n\n" }.joined()
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
}
