import Foundation
import Testing

/// AWS's own clients drive the emulator: boto3 and the AWS command line.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ClientTests {
    private let place: TemplateFolder
    private let emulator: EmulatorProcess

    init() throws {
        place = try TemplateFolder("invoke", code: ["c": .c])
        try Data().write(to: URL(filePath: place.marksFile))
        emulator = try EmulatorProcess(
            template: place.template, in: place.folder,
            parameters: ["MarksFile": place.marksFile, "HoldFile": place.holdFile])
    }

    @Test func boto3DrivesTheInvokeAPI() throws {
        try Peers.check(
            "invoke.py", emulator, ["marks": place.marksFile, "hold": place.holdFile])
        #expect(emulator.stop() == 0)
    }

    @Test func boto3TakesStreamsWhileTheyAreMade() throws {
        try Peers.check("streaming.py", emulator, ["hold": place.holdFile])
        #expect(emulator.stop() == 0)
    }

    @Test func theAWSCommandLineInvokes() throws {
        let answer = place.folder.appending(path: "answer.json").path
        let called = try aws(
            "lambda", "invoke", "--function-name", "c", "--payload", #"{"a": 1}"#, answer)
        #expect(called.status == 0, "\(called.errors)")
        #expect(called.output.contains(#""StatusCode": 200"#))
        let body = try String(contentsOfFile: answer, encoding: .utf8)
        #expect(body.contains(#""event":{"a": 1}"#))

        let queued = try aws(
            "lambda", "invoke", "--function-name", "c", "--invocation-type", "Event",
            "--payload", #""do-mark=cli-1""#, answer)
        #expect(queued.status == 0, "\(queued.errors)")
        #expect(queued.output.contains(#""StatusCode": 202"#))
        #expect(try Data(contentsOf: URL(filePath: answer)).isEmpty)
        // It is run after the answer; the suite's time limit bounds the wait.
        while try String(contentsOfFile: place.marksFile, encoding: .utf8) != "cli-1\n" {}

        let failed = try aws("lambda", "invoke", "--function-name", "nowhere", answer)
        #expect(failed.status != 0)
        #expect(failed.errors.contains("(ResourceNotFoundException)"), "\(failed.errors)")
        #expect(emulator.stop() == 0)
    }

    private func aws(_ arguments: String...) throws -> Command {
        try Peers.aws(emulator, home: place.folder, arguments)
    }
}
