internal import TableStore

extension AsynchronousQueue {
    /// The function has taken an event.
    func succeed(_ event: AsynchronousEvent, with result: InvocationResult?) {
        let messages = messages(about: event) { policy in
            guard let destination = policy.onSuccess else { return [] }
            return [
                (destination, makeRecord(of: event, .success, attempts: event.attempts + 1, result))
            ]
        }
        // Nothing is lost if this is: the event is delivered once more.
        context.store.perform(durably: !messages.isEmpty) { database throws(TableStoreError) in
            try database.events.remove(event.id)
            return try Self.send(messages, to: database)
        } then: { [self] in
            over(event, $0)
        }
    }

    /// An event is given up: it becomes a dead letter, and who wants to know of it is told.
    func end(_ event: AsynchronousEvent, _ condition: EndCondition, with result: InvocationResult?)
    {
        let now = context.clock.unixMs
        let attempts = event.attempts + (result == nil ? 0 : 1)
        let error = result.map { EventError(of: $0) } ?? EventError(condition)
        let messages = messages(about: event) { policy in
            var told: [(AsynchronousPolicy.Destination, OutgoingContent)] = []
            if let destination = policy.onFailure {
                let record = makeRecord(of: event, .failure(condition), attempts: attempts, result)
                told.append((destination, record))
            }
            if let queue = policy.deadLetterQueue {
                let attributes = DestinationRecord.deadLetterAttributes(
                    requestID: event.requestID, error, wasRun: result != nil)
                told.append(
                    (.queue(queue), OutgoingContent(body: event.payload, attributes: attributes)))
            }
            return told
        }
        note(event, "given up: \(condition.rawValue) after \(attempts) attempts: \(error.type)")
        context.store.perform(durably: true) { database throws(TableStoreError) in
            try database.events.bury(
                event.id, condition, attempts: attempts, error: error, nowMs: now)
            return try Self.send(messages, to: database)
        } then: { [self] in
            over(event, $0)
            trimDead()
        }
    }

    /// What is sent of an end: a record, or the event itself.
    struct OutgoingContent: Sendable {
        let body: [UInt8]
        var attributes: [UInt8]?
    }

    /// Something that is stored in the same transaction as the end of an event.
    enum Outgoing: Sendable {
        case message(NewMessage, queue: String)
        case event(AsynchronousEvent)
    }

    private func makeRecord(
        of event: AsynchronousEvent, _ condition: DestinationRecord.Condition, attempts: Int,
        _ result: InvocationResult?
    ) -> OutgoingContent {
        let record = DestinationRecord(
            condition: condition, requestID: event.requestID,
            functionARN: (context.directory.pool(named: event.function)?.arn ?? "") + ":$LATEST",
            invokeCount: attempts, timeMs: context.clock.unixMs)
        return OutgoingContent(body: record.bytes(event: event.payload, result: result))
    }

    private func messages(
        about event: AsynchronousEvent,
        _ contents: (AsynchronousPolicy) -> [(AsynchronousPolicy.Destination, OutgoingContent)]
    ) -> [Outgoing] {
        guard let policy = context.directory.pool(named: event.function)?.definition.asynchronous
        else { return [] }
        let now = context.clock.unixMs
        return contents(policy).compactMap { destination, content in
            guard content.body.count <= Self.eventBytesMax else {
                note(event, "its record is larger than 1 MB and is not sent")
                return nil
            }
            switch destination {
            case .queue(let queue):
                let message = NewMessage(
                    messageID: context.identifiers.requestID(), body: content.body,
                    attributes: content.attributes, sentMs: now, visibleMs: now)
                return .message(message, queue: queue)
            case .function(let function):
                return .event(makeEvent(content.body, for: function))
            }
        }
    }

    private static func send(
        _ messages: [Outgoing], to database: EmulatorDatabase
    ) throws(TableStoreError) -> [Outgoing] {
        var sent: [Outgoing] = []
        for message in messages {
            switch message {
            case .message(let content, let queue):
                _ = try database.messages.insert(content, into: queue)
                sent.append(message)
            case .event(let event): sent.append(.event(try database.events.insert(event)))
            }
        }
        return sent
    }

    private func over(_ event: AsynchronousEvent, _ result: Result<[Outgoing], TableStoreError>) {
        for sent in (try? result.get()) ?? [] {
            switch sent {
            case .message(_, let queue): context.messageSent(queue)
            case .event(let event): arrived(event)
            }
        }
        release(event, result.map { _ in })
    }
}

extension EventError {
    /// Of an event that was given up without a last attempt.
    fileprivate init(_ condition: EndCondition) {
        switch condition {
        case .zeroReservedConcurrency:
            self.init(
                type: condition.rawValue,
                message: "Function not invoked. Function is configured with zero reserved "
                    + "concurrent executions")
        default: self.init(type: condition.rawValue, message: "Rate Exceeded.")
        }
    }
}
