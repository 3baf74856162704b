import StrictJSON
import Testing

@testable import LambdaRuntime

@Suite("Events of schedules, queues and table streams")
struct SourceEventTests {
    @Test("a tick of a rule")
    func schedule() throws {
        let event = try ScheduledEvent(
            lambdaPayload: Array(
                """
                {"version":"0","id":"e-1","detail-type":"Scheduled Event","source":"aws.events",\
                "account":"123456789012","time":"2026-03-12T19:00:00Z","region":"eu-west-1",\
                "resources":["arn:aws:events:eu-west-1:0:rule/r"],"detail":{}}
                """.utf8))
        #expect(
            event
                == ScheduledEvent(
                    id: "e-1", account: "123456789012", time: "2026-03-12T19:00:00Z",
                    region: "eu-west-1", resources: ["arn:aws:events:eu-west-1:0:rule/r"]))
        #expect(throws: LambdaEventError(member: "time")) {
            try ScheduledEvent(
                lambdaPayload: Array(#"{"id":"1","detail-type":"x","source":"y"}"#.utf8))
        }
    }

    @Test("a batch of a queue, and an answer that names the failed messages")
    func queue() throws {
        let event = try QueueEvent(
            lambdaPayload: Array(
                """
                {"Records":[{"messageId":"m-1","receiptHandle":"h","body":"hello",\
                "attributes":{"ApproximateReceiveCount":"2"},"messageAttributes":{},\
                "md5OfBody":"x","eventSource":"aws:sqs","eventSourceARN":"arn:q","awsRegion":"r"}]}
                """.utf8))
        #expect(
            event.records == [
                .init(
                    messageID: "m-1", receiptHandle: "h", body: "hello",
                    attributes: ["ApproximateReceiveCount": "2"], eventSourceARN: "arn:q")
            ])
        let answer = BatchResponse(failedItemIdentifiers: ["m-1", "m-2"])
        #expect(
            String(decoding: answer.lambdaPayload(), as: UTF8.self)
                == #"{"batchItemFailures":[{"itemIdentifier":"m-1"},{"itemIdentifier":"m-2"}]}"#)
        #expect(
            String(decoding: BatchResponse().lambdaPayload(), as: UTF8.self)
                == #"{"batchItemFailures":[]}"#)
    }

    @Test("a batch of a table stream keeps items in DynamoDB's JSON")
    func stream() throws {
        let event = try TableStreamEvent(
            lambdaPayload: Array(
                """
                {"Records":[{"eventID":"1","eventName":"MODIFY","eventVersion":"1.1",\
                "eventSource":"aws:dynamodb","awsRegion":"eu-west-1","eventSourceARN":"arn:s",\
                "dynamodb":{"ApproximateCreationDateTime":1.5E9,"Keys":{"id":{"S":"a"}},\
                "NewImage":{"id":{"S":"a"},"n":{"N":"2"}},"OldImage":{"id":{"S":"a"}},\
                "SequenceNumber":"42","SizeBytes":9,"StreamViewType":"NEW_AND_OLD_IMAGES"}}]}
                """.utf8))
        #expect(
            event.records == [
                .init(
                    eventID: "1", change: .modify, eventSourceARN: "arn:s", sequenceNumber: "42",
                    keys: ["id": ["S": "a"]], newImage: ["id": ["S": "a"], "n": ["N": "2"]],
                    oldImage: ["id": ["S": "a"]])
            ])
        for wrong in [
            "{}", #"{"Records":[{}]}"#, #"{"Records":[{"eventName":"DROP","dynamodb":{}}]}"#,
            #"{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"1"}}]}"#,
        ] {
            #expect(throws: LambdaEventError.self) {
                try TableStreamEvent(lambdaPayload: Array(wrong.utf8))
            }
        }
    }
}
