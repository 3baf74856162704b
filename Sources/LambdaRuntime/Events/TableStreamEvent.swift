public import StrictJSON

/// A batch of changes of a table, in the order of their commits per item.
///
/// Source: DynamoDB Streams API reference, "Record" and "StreamRecord". Items stay in DynamoDB's
/// JSON (`{"S": "text"}`), which the table library reads.
public struct TableStreamEvent: LambdaEvent, Sendable, Hashable {
    /// What happened to an item.
    public enum Change: String, Sendable, Hashable {
        /// The item is new.
        case insert = "INSERT"
        /// The item was there before and is now another.
        case modify = "MODIFY"
        /// The item is gone.
        case remove = "REMOVE"
    }

    /// One change.
    public struct Record: Sendable, Hashable {
        /// The change's id.
        public var eventID: String
        /// What happened.
        public var change: Change
        /// The stream.
        public var eventSourceARN: String
        /// The place in the stream: what a ``BatchResponse`` names.
        public var sequenceNumber: String
        /// The item's key, in DynamoDB's JSON.
        public var keys: JSONValue
        /// The item after the change; nil for a removed one or where the stream leaves it out.
        public var newImage: JSONValue?
        /// The item before the change; nil for a new one or where the stream leaves it out.
        public var oldImage: JSONValue?

        /// Makes a record, for tests.
        public init(
            eventID: String = "", change: Change, eventSourceARN: String = "",
            sequenceNumber: String, keys: JSONValue, newImage: JSONValue? = nil,
            oldImage: JSONValue? = nil
        ) {
            self.eventID = eventID
            self.change = change
            self.eventSourceARN = eventSourceARN
            self.sequenceNumber = sequenceNumber
            self.keys = keys
            self.newImage = newImage
            self.oldImage = oldImage
        }
    }

    /// The changes.
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
        self.records = try records.map(Record.init)
    }
}

extension TableStreamEvent.Record {
    init(_ record: JSONValue) throws(LambdaEventError) {
        guard let change = TableStreamEvent.Change(rawValue: try record.requiredText("eventName"))
        else { throw LambdaEventError(member: "eventName") }
        guard let stream = record["dynamodb"] else { throw LambdaEventError(member: "dynamodb") }
        guard let keys = stream["Keys"], keys.object != nil else {
            throw LambdaEventError(member: "Keys")
        }
        self.init(
            eventID: try record.text("eventID") ?? "", change: change,
            eventSourceARN: try record.text("eventSourceARN") ?? "",
            sequenceNumber: try stream.requiredText("SequenceNumber"), keys: keys,
            newImage: stream["NewImage"], oldImage: stream["OldImage"])
    }
}
