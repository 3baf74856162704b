internal import StrictJSON

extension SQSAPI {
    private static let timeoutSeconds = 0...43_200

    func receive(_ call: SQSCall) throws(SQSFault) {
        let queue = try queue(call)
        let countMax = try call.number("MaxNumberOfMessages", in: 1...10) ?? 1
        let timeoutSeconds = try call.number("VisibilityTimeout", in: Self.timeoutSeconds)
        let waitSeconds = try call.number("WaitTimeSeconds", in: 0...20)
        let waitMs = waitSeconds.map { Int64($0) * 1_000 } ?? queue.receiveWaitMs
        let systemNames = Set(
            try call.texts("AttributeNames") + call.texts("MessageSystemAttributeNames"))
        let names = try call.texts("MessageAttributeNames")
        let request = QueueService.Request(
            countMax: countMax,
            visibilityTimeoutMs: timeoutSeconds.map { Int64($0) * 1_000 }
                ?? queue.visibilityTimeoutMs,
            deadlineNs: service.context.loop.clock.steadyNs() + waitMs * 1_000_000)
        service.receive(request, from: queue) { result in
            call.answer(result) { messages, writer in
                guard !messages.isEmpty else { return }
                writer.name("Messages")
                writer.beginArray()
                for message in messages {
                    Self.write(message, systemNames, names, to: &writer)
                }
                writer.endArray()
            }
        }
    }

    private static func write(
        _ message: ReceivedMessage, _ systemNames: Set<String>, _ names: [String],
        to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("MessageId", message.messageID)
        writer.member("ReceiptHandle", message.handle.text)
        if let digest = MessageDigest.ofBody(message.body) { writer.member("MD5OfBody", digest) }
        writer.member("Body", String(decoding: message.body, as: UTF8.self))
        let system = message.systemAttributes.filter {
            systemNames.contains("All") || systemNames.contains($0.name)
        }
        if !system.isEmpty {
            writer.name("Attributes")
            writer.beginObject()
            for (name, value) in system { writer.member(name, value) }
            writer.endObject()
        }
        let attributes = MessageAttribute.read(stored: message.attributes).filter { attribute in
            names.contains { matches($0, attribute.name) }
        }
        if !attributes.isEmpty {
            if let digest = MessageDigest.ofAttributes(attributes) {
                writer.member("MD5OfMessageAttributes", digest)
            }
            writer.name("MessageAttributes")
            writer.beginObject()
            for attribute in attributes { attribute.write(to: &writer) }
            writer.endObject()
        }
        writer.endObject()
    }

    /// `All`, `.*`, a name, or a prefix with `.*`.
    private static func matches(_ wanted: String, _ name: String) -> Bool {
        guard wanted != "All" else { return true }
        return wanted.hasSuffix(".*") ? name.hasPrefix(wanted.dropLast(2)) : wanted == name
    }

    func delete(_ call: SQSCall) throws(SQSFault) {
        let queue = try queue(call)
        let handle = try Self.handle(call.parameters)
        service.delete([handle], from: queue) { result in call.answer(result) { _, _ in } }
    }

    func deleteBatch(_ call: SQSCall) throws(SQSFault) {
        let queue = try queue(call)
        let (accepted, refused) = try split(call) { entry throws(SQSFault) in
            try Self.handle(entry)
        }
        service.delete(accepted.map(\.value), from: queue) { result in
            call.answer(result) { _, writer in
                Self.writeSuccessful(accepted.map(\.id), to: &writer)
                Self.writeFailed(refused, to: &writer)
            }
        }
    }

    func changeVisibility(_ call: SQSCall) throws(SQSFault) {
        let queue = try queue(call)
        let change = try Self.change(call.parameters)
        service.changeVisibility([change], in: queue) { result in
            guard case .success([false]) = result else {
                return call.answer(result) { _, _ in }
            }
            call.refuse(.notInFlight)
        }
    }

    func changeVisibilityBatch(_ call: SQSCall) throws(SQSFault) {
        let queue = try queue(call)
        let (accepted, refused) = try split(call) { entry throws(SQSFault) in
            try Self.change(entry)
        }
        service.changeVisibility(accepted.map(\.value), in: queue) { result in
            call.answer(result) { changed, writer in
                let both = zip(accepted.map(\.id), changed)
                Self.writeSuccessful(both.filter(\.1).map(\.0), to: &writer)
                let notInFlight = both.filter { !$0.1 }.map { ($0.0, SQSFault.notInFlight) }
                Self.writeFailed(refused + notInFlight, to: &writer)
            }
        }
    }

    private static func change(
        _ entry: JSONValue
    ) throws(SQSFault) -> (handle: ReceiptHandle, timeoutMs: Int64) {
        let handle = try handle(entry)
        guard let seconds = try SQSCall.number(entry, "VisibilityTimeout", in: timeoutSeconds)
        else { throw .missing("VisibilityTimeout") }
        return (handle, Int64(seconds) * 1_000)
    }

    private static func handle(_ entry: JSONValue) throws(SQSFault) -> ReceiptHandle {
        guard let text = entry["ReceiptHandle"]?.string, !text.isEmpty else {
            throw .missing("ReceiptHandle")
        }
        guard let handle = ReceiptHandle(text) else { throw .invalidHandle }
        return handle
    }

    /// The entries that can be read, and the faults of the others.
    private func split<Value>(
        _ call: SQSCall, _ read: (JSONValue) throws(SQSFault) -> Value
    ) throws(SQSFault) -> (
        accepted: [(id: String, value: Value)], refused: [(id: String, fault: SQSFault)]
    ) {
        var accepted: [(id: String, value: Value)] = []
        var refused: [(id: String, fault: SQSFault)] = []
        for (id, entry) in try call.entries() {
            do throws(SQSFault) {
                accepted.append((id, try read(entry)))
            } catch {
                refused.append((id, error))
            }
        }
        return (accepted, refused)
    }

    private static func writeSuccessful(_ ids: [String], to writer: inout JSONWriter) {
        writer.name("Successful")
        writer.beginArray()
        for id in ids {
            writer.beginObject()
            writer.member("Id", id)
            writer.endObject()
        }
        writer.endArray()
    }
}
