import Foundation
import StrictJSON
import Testing

/// AWS's own clients drive the queues: boto3 and the AWS command line.
@Suite(.serialized, .timeLimit(.minutes(5))) struct QueueClientTests {
    private let place: TemplateFolder
    private let emulator: EmulatorProcess

    init() throws {
        place = try TemplateFolder("queues", code: ["c": .c])
        emulator = try EmulatorProcess(template: place.template, in: place.folder)
    }

    @Test func boto3SendsAndReceives() throws {
        try Peers.check("queues.py", emulator)
        #expect(emulator.stop() == 0)
    }

    @Test func theAWSCommandLineSendsAndReceives() throws {
        let url = try #require(
            try sqs("get-queue-url", "--queue-name", "orders")["QueueUrl"]?.string)
        let sent = try sqs(
            "send-message", "--queue-url", url, "--message-body", "by hand",
            "--message-attributes", #"{"who": {"DataType": "String", "StringValue": "me"}}"#)
        #expect(sent["MessageId"]?.string != nil)
        let received = try sqs(
            "receive-message", "--queue-url", url, "--message-attribute-names", "All",
            "--wait-time-seconds", "20")
        let message = try #require(received["Messages"]?.array?.first)
        #expect(message["Body"] == "by hand")
        #expect(message["MessageId"] == sent["MessageId"])
        #expect(message["MessageAttributes"]?["who"]?["StringValue"] == "me")
        let handle = try #require(message["ReceiptHandle"]?.string)
        _ = try sqs("delete-message", "--queue-url", url, "--receipt-handle", handle)
        let attributes = try sqs(
            "get-queue-attributes", "--queue-url", url, "--attribute-names",
            "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        #expect(
            attributes["Attributes"] == [
                "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0",
            ])
        let failed = try Peers.aws(
            emulator, home: place.folder, ["sqs", "get-queue-url", "--queue-name", "nowhere"])
        #expect(failed.status != 0)
        #expect(
            failed.errors.contains("(AWS.SimpleQueueService.NonExistentQueue)"),
            "\(failed.errors)")
        #expect(emulator.stop() == 0)
    }

    private func sqs(_ arguments: String...) throws -> JSONValue {
        let called = try Peers.aws(emulator, home: place.folder, ["sqs"] + arguments)
        try #require(called.status == 0, "\(called.errors)")
        return try StrictJSON.parse(
            Array((called.output.isEmpty ? "{}" : called.output).utf8))
    }
}
