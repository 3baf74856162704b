internal import StrictJSON

extension SQSAPI {
    private static let batchBytesMax = 1024 * 1024

    /// A message of a request, with what its sender is answered.
    private struct Outgoing: Sendable {
        let message: NewMessage
        let sizeBytes: Int
        let bodyDigest: String?
        let attributesDigest: String?
        let systemDigest: String?

        func write(_ sent: SentMessage, isFIFO: Bool, to writer: inout JSONWriter) {
            writer.member("MessageId", sent.messageID)
            if let bodyDigest { writer.member("MD5OfMessageBody", bodyDigest) }
            if let attributesDigest { writer.member("MD5OfMessageAttributes", attributesDigest) }
            if let systemDigest { writer.member("MD5OfMessageSystemAttributes", systemDigest) }
            if isFIFO {
                writer.member("SequenceNumber", SentMessage.sequenceNumber(sent.sequence))
            }
        }
    }

    func send(_ call: SQSCall) throws(SQSFault) {
        let queue = try queue(call)
        let outgoing = try outgoing(call.parameters, to: queue)
        service.send([outgoing.message], to: queue) { result in
            call.answer(result) { sent, writer in
                for one in sent { outgoing.write(one, isFIFO: queue.isFIFO, to: &writer) }
            }
        }
    }

    func sendBatch(_ call: SQSCall) throws(SQSFault) {
        let queue = try queue(call)
        var accepted: [(id: String, outgoing: Outgoing)] = []
        var refused: [(id: String, fault: SQSFault)] = []
        for (id, entry) in try call.entries() {
            do throws(SQSFault) {
                accepted.append((id, try outgoing(entry, to: queue)))
            } catch {
                refused.append((id, error))
            }
        }
        guard accepted.reduce(0, { $0 + $1.outgoing.sizeBytes }) <= Self.batchBytesMax else {
            throw .batchTooLong
        }
        service.send(accepted.map(\.outgoing.message), to: queue) { [accepted, refused] result in
            call.answer(result) { sent, writer in
                writer.name("Successful")
                writer.beginArray()
                for (entry, one) in zip(accepted, sent) {
                    writer.beginObject()
                    writer.member("Id", entry.id)
                    entry.outgoing.write(one, isFIFO: queue.isFIFO, to: &writer)
                    writer.endObject()
                }
                writer.endArray()
                Self.writeFailed(refused, to: &writer)
            }
        }
    }

    /// The entries of a batch that were refused; nothing without any.
    static func writeFailed(
        _ refused: [(id: String, fault: SQSFault)], to writer: inout JSONWriter
    ) {
        guard !refused.isEmpty else { return }
        writer.name("Failed")
        writer.beginArray()
        for (id, fault) in refused {
            writer.beginObject()
            writer.member("Id", id)
            writer.member("SenderFault", fault.isSenders)
            writer.member("Code", fault.code)
            writer.member("Message", fault.message)
            writer.endObject()
        }
        writer.endArray()
    }

    private func outgoing(
        _ entry: JSONValue, to queue: QueueDefinition
    ) throws(SQSFault) -> Outgoing {
        guard let text = entry["MessageBody"]?.string, !text.isEmpty else {
            throw .missing("MessageBody")
        }
        guard text.unicodeScalars.allSatisfy(Self.isPermitted) else { throw .invalidContents }
        let attributes = try MessageAttribute.read(entry["MessageAttributes"])
        let system = try MessageAttribute.read(entry["MessageSystemAttributes"])
        guard system.allSatisfy({ $0.name == "AWSTraceHeader" && $0.type == "String" }) else {
            throw .invalidValue("The only system attribute that can be sent is AWSTraceHeader.")
        }
        let body = Array(text.utf8)
        let sizeBytes = attributes.reduce(body.count) { $0 + $1.sizeBytes }
        guard sizeBytes <= queue.messageBytesMax else {
            throw .invalidValue(
                "One or more parameters are invalid. Reason: Message must be shorter than "
                    + "\(queue.messageBytesMax) bytes.")
        }
        let now = service.context.clock.unixMs
        var message = NewMessage(
            messageID: service.context.identifiers.requestID(), body: body,
            attributes: MessageAttribute.bytes(of: attributes), sentMs: now,
            visibleMs: now + (try delayMs(entry, queue)))
        message.traceHeader = system.first.map { String(decoding: $0.value, as: UTF8.self) }
        try setGroup(of: &message, entry, queue)
        return Outgoing(
            message: message, sizeBytes: sizeBytes, bodyDigest: MessageDigest.ofBody(body),
            attributesDigest: MessageDigest.ofAttributes(attributes),
            systemDigest: MessageDigest.ofAttributes(system))
    }

    private func delayMs(
        _ entry: JSONValue, _ queue: QueueDefinition
    ) throws(SQSFault) -> Int64 {
        guard let seconds = try SQSCall.number(entry, "DelaySeconds", in: 0...900) else {
            return queue.delayMs
        }
        guard !queue.isFIFO || seconds == 0 else {
            throw .invalidValue(
                "Value \(seconds) for parameter DelaySeconds is invalid. Reason: The request "
                    + "include parameter that is not valid for this queue type.")
        }
        return Int64(seconds) * 1_000
    }

    private func setGroup(
        of message: inout NewMessage, _ entry: JSONValue, _ queue: QueueDefinition
    ) throws(SQSFault) {
        for name in ["MessageGroupId", "MessageDeduplicationId"] {
            guard let text = entry[name]?.string else { continue }
            guard text.wholeMatch(of: /[\x21-\x7E]{1,128}/) != nil else {
                throw .invalidParameter(name)
            }
        }
        message.groupID = entry["MessageGroupId"]?.string
        guard queue.isFIFO else {
            guard entry["MessageDeduplicationId"]?.string == nil else {
                throw .invalidParameter("MessageDeduplicationId")
            }
            return
        }
        guard message.groupID != nil else { throw .missing("MessageGroupId") }
        message.isDeduplicatedByGroup = queue.deduplicatesByGroup
        message.deduplicationID = entry["MessageDeduplicationId"]?.string
        if message.deduplicationID == nil {
            guard queue.deduplicatesByContent else {
                throw .invalidValue(
                    "The queue should either have ContentBasedDeduplication enabled or "
                        + "MessageDeduplicationId provided explicitly")
            }
            message.deduplicationID = MessageDigest.deduplicationID(of: message.body)
        }
    }

    /// The characters that XML 1.0 permits, which SQS still goes by.
    private static func isPermitted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF: true
        default: false
        }
    }
}
