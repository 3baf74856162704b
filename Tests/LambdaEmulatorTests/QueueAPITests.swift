import HTTPClient
import StrictJSON
import Testing

@testable import LambdaEmulator

@Suite("SQS API")
struct QueueAPITests {
    private let clock = ManualClock()

    private func started() throws -> EmulatorServer {
        var jobs = QueueDefinition(name: "jobs")
        jobs.redrive = QueueDefinition.Redrive(queue: "dead", receiveCountMax: 1)
        jobs.messageBytesMax = 2_000
        var line = QueueDefinition(name: "line.fifo")
        line.deduplicatesByContent = true
        let template = Template(
            functions: [], queues: [jobs, QueueDefinition(name: "dead"), line])
        let server = EmulatorServer(quietConfiguration(template, clock: clock.clock))
        try server.start()
        return server
    }

    private func answer(
        _ server: EmulatorServer, _ action: String, _ body: String,
        path: String = "/", fields: [HTTPField] = []
    ) async throws -> HTTPResponse {
        try await call(
            "http://127.0.0.1:\(server.port)\(path)", method: "POST",
            fields: [
                HTTPField("X-Amz-Target", "AmazonSQS.\(action)"),
                HTTPField("Content-Type", "application/x-amz-json-1.0"),
            ] + fields, body: body)
    }

    private func value(
        _ server: EmulatorServer, _ action: String, _ parameters: String, queue: String = "jobs"
    ) async throws -> JSONValue {
        let url = "http://x/123456789012/\(queue)"
        let rest = parameters.isEmpty ? "" : "," + parameters
        let response = try await answer(server, action, #"{"QueueUrl":"\#(url)"\#(rest)}"#)
        #expect(response.status == 200, "\(response.text)")
        #expect(response.field("Content-Type") == "application/x-amz-json-1.0")
        return try StrictJSON.parse(response.body)
    }

    @Test("a message is sent, received with what was asked for, and deleted")
    func sends() async throws {
        let server = try started()
        defer { server.stop() }
        let sent = try await value(
            server, "SendMessage",
            #""MessageBody":"hello","MessageAttributes":{"timestamp":"#
                + #"{"DataType":"Number","StringValue":"1493147359900"},"bin":"#
                + #"{"DataType":"Binary","BinaryValue":"AAH/"}},"MessageSystemAttributes":"#
                + #"{"AWSTraceHeader":{"DataType":"String","StringValue":"Root=1-2"}}"#)
        #expect(sent["MD5OfMessageBody"] == "5d41402abc4b2a76b9719d911017c592")
        let received = try await value(
            server, "ReceiveMessage",
            #""MaxNumberOfMessages":10,"AttributeNames":["All"],"MessageAttributeNames":["time.*"]"#
        )
        let message = try #require(received["Messages"]?.array?.first)
        #expect(received["Messages"]?.array?.count == 1)
        #expect(message["MessageId"] == sent["MessageId"])
        #expect(message["Body"] == "hello")
        #expect(message["MD5OfBody"] == "5d41402abc4b2a76b9719d911017c592")
        #expect(message["MD5OfMessageAttributes"] == "235c5c510d26fb653d073faed50ae77c")
        #expect(
            message["MessageAttributes"]
                == ["timestamp": ["StringValue": "1493147359900", "DataType": "Number"]])
        #expect(message["Attributes"]?["ApproximateReceiveCount"] == "1")
        #expect(message["Attributes"]?["AWSTraceHeader"] == "Root=1-2")
        #expect(message["Attributes"]?["SentTimestamp"] == "1800000000000")
        let handle = try #require(message["ReceiptHandle"]?.string)
        _ = try await value(server, "DeleteMessage", #""ReceiptHandle":"\#(handle)""#)
        let attributes = try await value(
            server, "GetQueueAttributes",
            #""AttributeNames":["ApproximateNumberOfMessages","#
                + #""ApproximateNumberOfMessagesNotVisible","QueueArn","RedrivePolicy"]"#)
        let policy =
            #"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","#
            + #""maxReceiveCount":1}"#
        #expect(
            attributes["Attributes"] == [
                "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0",
                "QueueArn": "arn:aws:sqs:us-east-1:123456789012:jobs",
                "RedrivePolicy": .string(policy),
            ])
    }

    @Test("a receiver waits for a message, for a delay to end, or for its time to be over")
    func waits() async throws {
        let server = try started()
        defer { server.stop() }
        async let waited = value(server, "ReceiveMessage", #""WaitTimeSeconds":20"#)
        async let other = value(server, "ReceiveMessage", #""WaitTimeSeconds":20"#)
        let sent = try await value(server, "SendMessage", #""MessageBody":"now""#)
        let later = try await value(
            server, "SendMessage", #""MessageBody":"later","DelaySeconds":5"#)
        var ids: [JSONValue?] = []
        await server.settle()
        clock.advance(byMs: 5_000)
        server.clockChanged()
        for received in try await [waited, other] {
            ids.append(received["Messages"]?.array?.first?["MessageId"])
        }
        #expect(Set(ids) == [sent["MessageId"], later["MessageId"]])
        async let empty = value(server, "ReceiveMessage", #""WaitTimeSeconds":3"#)
        // Whenever it comes, its time is over when the clock has gone on for so long.
        let ticking = Task {
            while !Task.isCancelled {
                clock.advance(byMs: 1_000)
                server.clockChanged()
                await Task.yield()
            }
        }
        #expect(try await empty == [:])
        ticking.cancel()
    }

    @Test("batches tell of each entry what became of it")
    func batches() async throws {
        let server = try started()
        defer { server.stop() }
        let sent = try await value(
            server, "SendMessageBatch",
            #""Entries":[{"Id":"a","MessageBody":"1"},{"Id":"b","MessageBody":"\u0001"},"#
                + #"{"Id":"c","MessageBody":"2","DelaySeconds":901}]"#)
        #expect(sent["Successful"]?.array?.compactMap { $0["Id"]?.string } == ["a"])
        #expect(
            sent["Failed"]?.array?.compactMap { $0["Code"]?.string } == [
                "InvalidMessageContents", "InvalidParameterValue",
            ])
        let received = try await value(server, "ReceiveMessage", "")
        let handle = try #require(received["Messages"]?.array?.first?["ReceiptHandle"]?.string)
        let changed = try await value(
            server, "ChangeMessageVisibilityBatch",
            #""Entries":[{"Id":"a","ReceiptHandle":"\#(handle)","VisibilityTimeout":60},"#
                + #"{"Id":"b","ReceiptHandle":"x","VisibilityTimeout":60}]"#)
        #expect(changed["Successful"] == [["Id": "a"]])
        #expect(changed["Failed"]?.array?.first?["Code"] == "ReceiptHandleIsInvalid")
        let deleted = try await value(
            server, "DeleteMessageBatch",
            #""Entries":[{"Id":"a","ReceiptHandle":"\#(handle)"}]"#)
        #expect(deleted == ["Successful": [["Id": "a"]]])
    }

    @Test("FIFO: a group is needed, sequence numbers grow, and a body sent twice is one message")
    func ordered() async throws {
        let server = try started()
        defer { server.stop() }
        let parameters = #""MessageBody":"x","MessageGroupId":"g""#
        let first = try await value(server, "SendMessage", parameters, queue: "line.fifo")
        let again = try await value(server, "SendMessage", parameters, queue: "line.fifo")
        #expect(first == again)
        #expect(first["SequenceNumber"]?.string?.count == 20)
        let received = try await value(
            server, "ReceiveMessage",
            #""MessageSystemAttributeNames":["MessageGroupId","SequenceNumber"],"#
                + #""MaxNumberOfMessages":10"#, queue: "line.fifo")
        #expect(received["Messages"]?.array?.count == 1)
        #expect(
            received["Messages"]?.array?.first?["Attributes"] == [
                "MessageGroupId": "g", "SequenceNumber": first["SequenceNumber"] ?? .null,
            ])
        let refused = try await answer(
            server, "SendMessage", #"{"QueueUrl":"line.fifo","MessageBody":"x"}"#)
        #expect(refused.text.contains("MessageGroupId"))
    }

    @Test("queues are found by name, listed and purged")
    func finds() async throws {
        let server = try started()
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)/123456789012/"
        #expect(
            try await answer(server, "GetQueueUrl", #"{"QueueName":"jobs"}"#).text
                == #"{"QueueUrl":"\#(url)jobs"}"#)
        #expect(
            try await answer(server, "CreateQueue", #"{"QueueName":"jobs"}"#).status == 200)
        #expect(
            try await answer(server, "ListQueues", #"{"MaxResults":2}"#).text
                == #"{"QueueUrls":["\#(url)dead","\#(url)jobs"],"NextToken":"jobs"}"#)
        #expect(
            try await answer(server, "ListQueues", #"{"NextToken":"jobs"}"#).text
                == #"{"QueueUrls":["\#(url)line.fifo"]}"#)
        #expect(
            try await value(server, "ListDeadLetterSourceQueues", "", queue: "dead")
                == ["queueUrls": [.string(url + "jobs")]])
        _ = try await value(server, "SendMessage", #""MessageBody":"x""#)
        let list = try await call("http://127.0.0.1:\(server.port)/_emulator/queues").text
        #expect(
            list.hasPrefix(
                #"{"queues":[{"name":"jobs","visible":1,"inFlight":0,"delayed":0,"#
                    + #""deadLetterQueue":"dead"}"#))
        _ = try await value(server, "PurgeQueue", "")
        let attributes = try await value(server, "GetQueueAttributes", #""AttributeNames":["All"]"#)
        #expect(attributes["Attributes"]?["ApproximateNumberOfMessages"] == "0")
    }

    @Test(
        "errors have the shapes and codes that SDKs know",
        arguments: [
            ("SendMessage", #"{"QueueUrl":"nope"}"#, "AWS.SimpleQueueService.NonExistentQueue"),
            ("SendMessage", "{}", "MissingParameter"),
            ("SendMessage", #"{"QueueUrl":"jobs"}"#, "MissingParameter"),
            ("SendMessage", "{", "MalformedInput"), ("SendMessage", "[]", "MalformedInput"),
            ("SendMessage", #"{"QueueUrl":7}"#, "InvalidParameterValue"),
            (
                "SendMessage", #"{"QueueUrl":"jobs","MessageBody":"\u0000"}"#,
                "InvalidMessageContents"
            ),
            (
                "SendMessage",
                #"{"QueueUrl":"jobs","MessageBody":"x","MessageAttributes":{"a":{}}}"#,
                "InvalidParameterValue"
            ),
            (
                "SendMessage",
                #"{"QueueUrl":"jobs","MessageBody":"\#(String(repeating: "x", count: 2_001))"}"#,
                "InvalidParameterValue"
            ),
            ("GetQueueUrl", #"{"QueueName":"x"}"#, "AWS.SimpleQueueService.NonExistentQueue"),
            (
                "CreateQueue", #"{"QueueName":"x"}"#, "AWS.SimpleQueueService.UnsupportedOperation"
            ),
            ("Nonsense", "{}", "AWS.SimpleQueueService.UnsupportedOperation"),
            (
                "ReceiveMessage", #"{"QueueUrl":"jobs","MaxNumberOfMessages":11}"#,
                "InvalidParameterValue"
            ),
            (
                "DeleteMessage", #"{"QueueUrl":"jobs","ReceiptHandle":"x"}"#,
                "ReceiptHandleIsInvalid"
            ),
            (
                "ChangeMessageVisibility",
                #"{"QueueUrl":"jobs","ReceiptHandle":"Nzpy","VisibilityTimeout":1}"#,
                "AWS.SimpleQueueService.MessageNotInflight"
            ),
            (
                "SendMessageBatch", #"{"QueueUrl":"jobs"}"#,
                "AWS.SimpleQueueService.EmptyBatchRequest"
            ),
            (
                "DeleteMessageBatch", #"{"QueueUrl":"jobs","Entries":[{"Id":"a"},{"Id":"a"}]}"#,
                "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"
            ),
            (
                "DeleteMessageBatch", #"{"QueueUrl":"jobs","Entries":[{"Id":"a b"}]}"#,
                "AWS.SimpleQueueService.InvalidBatchEntryId"
            ),
            (
                "GetQueueAttributes", #"{"QueueUrl":"jobs","AttributeNames":["X"]}"#,
                "InvalidAttributeName"
            ),
        ])
    func refuses(action: String, body: String, code: String) async throws {
        let server = try started()
        defer { server.stop() }
        let response = try await answer(server, action, body)
        #expect(response.status == 400)
        #expect(response.field("x-amzn-query-error") == "\(code);Sender")
        let fault = try StrictJSON.parse(response.body)
        #expect(fault["__type"]?.string?.hasPrefix("com.amazon") == true)
        #expect(fault["message"]?.string?.isEmpty == false)
    }

    @Test("a page of another site is refused, wherever it posts to")
    func refusesOtherSites() async throws {
        let server = try started()
        defer { server.stop() }
        let response = try await answer(
            server, "SendMessage", #"{"QueueUrl":"jobs","MessageBody":"x"}"#,
            path: "/123456789012/jobs", fields: [HTTPField("Origin", "https://evil.example")])
        #expect(response.status == 400)
        #expect(response.field("x-amzn-query-error") == "AccessDenied;Sender")
    }
}
