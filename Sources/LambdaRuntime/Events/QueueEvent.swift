public import StrictJSON

/// A batch of messages from an SQS queue.
///
/// Source: Lambda developer guide, "Using Lambda with Amazon SQS". Answer with a
/// ``BatchResponse`` to have single messages delivered again.
public struct QueueEvent: LambdaEvent, Sendable, Hashable {
    /// One message.
    public struct Record: Sendable, Hashable {
        /// The message's id: what a ``BatchResponse`` names.
        public var messageID: String
        /// The handle of this delivery.
        public var receiptHandle: String
        /// The message.
        public var body: String
        /// Such as `ApproximateReceiveCount` and `SentTimestamp`.
        public var attributes: [String: String]
        /// The sender's attributes, as SQS writes them.
        public var messageAttributes: JSONValue
        /// The queue.
        public var eventSourceARN: String

        /// Makes a record, for tests.
        public init(
            messageID: String, receiptHandle: String = "", body: String,
            attributes: [String: String] = [:], messageAttributes: JSONValue = [:],
            eventSourceARN: String = ""
        ) {
            self.messageID = messageID
            self.receiptHandle = receiptHandle
            self.body = body
            self.attributes = attributes
            self.messageAttributes = messageAttributes
            self.eventSourceARN = eventSourceARN
        }
    }

    /// The messages, in the queue's order where it has one.
    public var records: [Record]

    /// Makes an event, for tests.
    public init(records: [Record]) {
        self.records = records
    }

    /// Reads an event.
    ///
    /// - Throws: ``LambdaEventError``.
    public init(lambdaPayload: [UInt8]) throws {
        let event = try JSONValue(lambdaPayload: lambdaPayload)
        guard let records = event["Records"]?.array else {
            throw LambdaEventError(member: "Records")
        }
        self.records = try records.map { record in
            Record(
                messageID: try record.requiredText("messageId"),
                receiptHandle: try record.text("receiptHandle") ?? "",
                body: try record.requiredText("body"),
                attributes: try record.textMap("attributes"),
                messageAttributes: record["messageAttributes"] ?? [:],
                eventSourceARN: try record.text("eventSourceARN") ?? "")
        }
    }
}
