internal import StrictJSON
import TextEncoding

/// Writes the event of a queue's messages, record by record, as far as they fit.
///
/// Source: "Using Lambda with Amazon SQS" of the AWS Lambda developer guide.
struct QueueEventBuilder {
    let queueARN: String
    let region: String
    private var records: [[UInt8]] = []
    private var recordBytes = 0

    /// A little less than an event may be.
    private static let bytesMax = 6 * 1024 * 1024 - 64

    init(queueARN: String, region: String) {
        self.queueARN = queueARN
        self.region = region
    }

    /// Adds a message; false when it does not fit any more.
    mutating func append(_ message: ReceivedMessage) -> Bool {
        let record = record(of: message)
        guard recordBytes + record.count + 1 <= Self.bytesMax || records.isEmpty else {
            return false
        }
        records.append(record)
        recordBytes += record.count + 1
        return true
    }

    /// The event with all that was added.
    var event: [UInt8] {
        var bytes = Array(#"{"Records":["#.utf8)
        bytes.reserveCapacity(recordBytes + 16)
        for (index, record) in records.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: record)
        }
        bytes.append(contentsOf: "]}".utf8)
        return bytes
    }

    private func record(of message: ReceivedMessage) -> [UInt8] {
        var writer = JSONWriter(reserving: 768 + message.body.count)
        writer.beginObject()
        writer.member("messageId", message.messageID)
        writer.member("receiptHandle", message.handle.text)
        writer.member("body", String(decoding: message.body, as: UTF8.self))
        writer.name("attributes")
        writer.beginObject()
        for (name, value) in message.systemAttributes { writer.member(name, value) }
        writer.endObject()
        writer.name("messageAttributes")
        writer.beginObject()
        for attribute in MessageAttribute.read(stored: message.attributes) {
            append(attribute, to: &writer)
        }
        writer.endObject()
        if let digest = MessageDigest.ofBody(message.body) { writer.member("md5OfBody", digest) }
        writer.member("eventSource", "aws:sqs")
        writer.member("eventSourceARN", queueARN)
        writer.member("awsRegion", region)
        writer.endObject()
        return writer.bytes
    }

    private func append(_ attribute: MessageAttribute, to writer: inout JSONWriter) {
        writer.name(attribute.name)
        writer.beginObject()
        if attribute.isBinary {
            writer.member("binaryValue", Base64.encode(attribute.value))
        } else {
            writer.member("stringValue", String(decoding: attribute.value, as: UTF8.self))
        }
        for name in ["stringListValues", "binaryListValues"] {
            writer.name(name)
            writer.beginArray()
            writer.endArray()
        }
        writer.member("dataType", attribute.type)
        writer.endObject()
    }
}

extension ReceivedMessage {
    /// The sender's id: that of the emulator's one account.
    private static let senderID = "AIDALOCALEMULATOR0000"

    /// What SQS says of a message, by name.
    var systemAttributes: [(name: String, value: String)] {
        var attributes = [
            ("ApproximateReceiveCount", String(receiveCount)),
            ("SentTimestamp", String(sentMs)), ("SenderId", Self.senderID),
            ("ApproximateFirstReceiveTimestamp", String(firstReceivedMs)),
        ]
        if let traceHeader { attributes.append(("AWSTraceHeader", traceHeader)) }
        if let source { attributes.append(("DeadLetterQueueSourceArn", source)) }
        if let groupID { attributes.append(("MessageGroupId", groupID)) }
        if let deduplicationID {
            attributes.append(("MessageDeduplicationId", deduplicationID))
            attributes.append(("SequenceNumber", SentMessage.sequenceNumber(sequence)))
        }
        return attributes
    }
}

extension SentMessage {
    /// Twenty digits, as SQS has them, that sort in the order of sending.
    static func sequenceNumber(_ sequence: Int64) -> String {
        let digits = String(sequence)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
    }
}
