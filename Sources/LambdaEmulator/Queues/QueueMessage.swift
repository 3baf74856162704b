import TextEncoding

/// A message on its way into a queue.
struct NewMessage: Sendable {
    /// A UUID.
    let messageID: String
    /// UTF-8.
    let body: [UInt8]
    /// JSON as in the API's `MessageAttributes`; nil without any.
    var attributes: [UInt8]?
    /// A FIFO queue has one for each message.
    var groupID: String?
    /// Of a FIFO queue: what is sent again within five minutes is not put into it again.
    var deduplicationID: String?
    /// True if that concerns its group alone.
    var isDeduplicatedByGroup = false
    /// X-Ray's trace header, the one system attribute that can be sent.
    var traceHeader: String?
    let sentMs: Int64
    /// When it can be received first.
    let visibleMs: Int64

    /// What its queue knows it by for five minutes; neither id has a line break.
    var deduplicationKey: String? {
        guard isDeduplicatedByGroup, let groupID else { return deduplicationID }
        return deduplicationID.map { "\(groupID)\n\($0)" }
    }
}

/// What a queue made of a message.
struct SentMessage: Sendable, Equatable {
    let messageID: String
    /// Its place in the order of sending, over all queues.
    let sequence: Int64
}

/// A message that was received.
struct ReceivedMessage: Sendable, Equatable {
    /// Its place in the order of sending, over all queues.
    let sequence: Int64
    let messageID: String
    let body: [UInt8]
    let attributes: [UInt8]?
    let groupID: String?
    let deduplicationID: String?
    let traceHeader: String?
    /// The ARN of the queue that it was a dead letter of.
    let source: String?
    let sentMs: Int64
    let firstReceivedMs: Int64
    /// In all queues, this time included.
    let receiveCount: Int
    /// Names the message and this delivery of it.
    let handle: ReceiptHandle
}

/// What names a delivery of a message.
struct ReceiptHandle: Sendable, Equatable {
    let sequence: Int64
    /// A UUID.
    let receipt: String

    init(sequence: Int64, receipt: String) {
        self.sequence = sequence
        self.receipt = receipt
    }

    /// Nil for a text that is no handle of this emulator.
    init?(_ text: String) {
        guard let bytes = Base64.decode(text) else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":")
        guard parts.count == 2, let sequence = Int64(parts[0]) else { return nil }
        self.init(sequence: sequence, receipt: String(parts[1]))
    }

    var text: String { Base64.encode(Array("\(sequence):\(receipt)".utf8)) }
}

/// How many messages a queue has.
struct MessageCounts: Sendable, Equatable {
    var visible = 0
    var inFlight = 0
    var delayed = 0
}
