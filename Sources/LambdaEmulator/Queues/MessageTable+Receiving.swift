internal import TableStore

extension MessageTable {
    /// How messages are received.
    struct Reception {
        let queue: QueueDefinition
        /// The queue's ARN, which its dead letters keep.
        let queueARN: String
        let countMax: Int
        let visibilityTimeoutMs: Int64
        let nowMs: Int64
        /// Makes a receipt.
        let makeReceipt: () -> String
        /// Decides on each message before it is received.
        var decide: (ReceivedMessage) -> Decision = { _ in .take }

        enum Decision {
            case take
            /// Nobody wants it: it is removed.
            case drop
            /// This one and those after it stay.
            case stop
        }
    }

    /// What came of it.
    struct Received: Sendable {
        var messages: [ReceivedMessage] = []
        /// The queue that dead letters went to.
        var deadLetterQueue: String?
    }

    /// Receives messages: they are in flight until they are deleted, or visible again.
    ///
    /// Ones that were received too often go to the dead-letter queue, and ones that are too old are
    /// removed, in the moment in which they would have been received.
    func receive(_ reception: Reception) throws(TableStoreError) -> Received {
        var received = Received()
        while received.messages.count < reception.countMax {
            let ids = try candidates(reception, received.messages.count)
            if ids.isEmpty { return received }
            for id in ids where received.messages.count < reception.countMax {
                guard try receive(id, reception, &received) else { return received }
            }
        }
        return received
    }

    /// False when the receiver wants no more.
    private func receive(
        _ id: Int64, _ reception: Reception, _ received: inout Received
    ) throws(TableStoreError) -> Bool {
        guard let (message, receivesBefore) = try read(id, reception) else { return true }
        if message.sentMs + reception.queue.retentionMs <= reception.nowMs {
            try delete(id)
            return true
        }
        if let redrive = reception.queue.redrive,
            message.receiveCount - receivesBefore > redrive.receiveCountMax
        {
            try move(id, to: redrive.queue, from: reception.queueARN, nowMs: reception.nowMs)
            received.deadLetterQueue = redrive.queue
            return true
        }
        switch reception.decide(message) {
        case .stop: return false
        case .drop: try delete(id)
        case .take:
            let statement = statements.reception
            try statement.bind(1, id)
            try statement.bind(2, reception.nowMs + reception.visibilityTimeoutMs)
            try statement.bind(3, text: message.handle.receipt)
            try statement.bind(4, reception.nowMs)
            try statement.run()
            received.messages.append(message)
        }
        return true
    }

    /// The messages that come next, by the queue's order.
    ///
    /// With a visibility timeout of 0 those that were just taken are among them: they are passed
    /// over.
    private func candidates(
        _ reception: Reception, _ takenCount: Int
    ) throws(TableStoreError) -> [Int64] {
        guard takenCount == 0 || reception.visibilityTimeoutMs > 0 else { return [] }
        let statement =
            reception.queue.isFIFO ? statements.selectionInOrder : statements.selectionOfVisible
        defer { statement.reset() }
        try statement.bind(1, text: reception.queue.name)
        try statement.bind(2, reception.nowMs)
        try statement.bind(3, Int64(reception.countMax - takenCount))
        var ids: [Int64] = []
        while try statement.step() { ids.append(statement.integer(0)) }
        return ids
    }

    private func read(
        _ id: Int64, _ reception: Reception
    ) throws(TableStoreError) -> (ReceivedMessage, receivesBefore: Int)? {
        let row = statements.selection
        defer { row.reset() }
        try row.bind(1, id)
        guard try row.step() else { return nil }
        func text(_ column: Int) -> String? { row.isNull(column) ? nil : row.text(column) }
        let message = ReceivedMessage(
            sequence: id, messageID: row.text(0), body: row.blob(1),
            attributes: row.isNull(2) ? nil : row.blob(2), groupID: text(3),
            deduplicationID: text(4), traceHeader: text(5), source: text(6),
            sentMs: row.integer(7),
            firstReceivedMs: row.isNull(8) ? reception.nowMs : row.integer(8),
            receiveCount: Int(row.integer(9)) + 1,
            handle: ReceiptHandle(sequence: id, receipt: reception.makeReceipt()))
        return (message, Int(row.integer(10)))
    }

    private func move(
        _ id: Int64, to queue: String, from sourceARN: String, nowMs: Int64
    ) throws(TableStoreError) {
        let statement = statements.move
        try statement.bind(1, id)
        try statement.bind(2, text: queue)
        try statement.bind(3, text: sourceARN)
        try statement.bind(4, nowMs)
        try statement.run()
    }

    private func delete(_ id: Int64) throws(TableStoreError) {
        try statements.deletion.bind(1, id)
        try statements.deletion.run()
    }

    /// Removes a message; one that was received again since stays.
    func delete(_ handle: ReceiptHandle, from queue: String) throws(TableStoreError) {
        let statement = statements.deletionByReceipt
        try statement.bind(1, handle.sequence)
        try statement.bind(2, text: queue)
        try statement.bind(3, text: handle.receipt)
        try statement.run()
    }

    /// Sets when a message in flight is visible again; false when it is not in flight.
    func changeVisibility(
        _ handle: ReceiptHandle, in queue: String, toMs timeoutMs: Int64, nowMs: Int64
    ) throws(TableStoreError) -> Bool {
        let statement = statements.visibility
        try statement.bind(1, handle.sequence)
        try statement.bind(2, text: queue)
        try statement.bind(3, text: handle.receipt)
        try statement.bind(4, nowMs + timeoutMs)
        try statement.bind(5, nowMs)
        try statement.run()
        return connection.changedRows == 1
    }

    /// When the next message of a queue becomes visible after a moment; nil without any.
    func nextVisibleMs(in queue: String, afterMs: Int64) throws(TableStoreError) -> Int64? {
        let statement = statements.selectionOfNext
        defer { statement.reset() }
        try statement.bind(1, text: queue)
        try statement.bind(2, afterMs)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// How many messages are visible, up to a bound, and since when the first of them is.
    func visible(
        in queue: String, nowMs: Int64, countMax: Int
    ) throws(TableStoreError) -> (count: Int, sinceMs: Int64?) {
        let row = try connection.prepare(
            """
            SELECT count(*), min(visible_ms) FROM (
                SELECT visible_ms FROM messages WHERE queue = ?1 AND visible_ms <= ?2
                ORDER BY visible_ms, id LIMIT ?3)
            """)
        try row.bind(1, text: queue)
        try row.bind(2, nowMs)
        try row.bind(3, Int64(countMax))
        guard try row.step() else { return (0, nil) }
        return (Int(row.integer(0)), row.isNull(1) ? nil : row.integer(1))
    }

    func counts(of queue: String, nowMs: Int64) throws(TableStoreError) -> MessageCounts {
        let row = try connection.prepare(
            """
            SELECT count(*) FILTER (WHERE visible_ms <= ?2),
                count(*) FILTER (WHERE visible_ms > ?2 AND receipt IS NOT NULL),
                count(*) FILTER (WHERE visible_ms > ?2 AND receipt IS NULL)
            FROM messages WHERE queue = ?1
            """)
        try row.bind(1, text: queue)
        try row.bind(2, nowMs)
        guard try row.step() else { return MessageCounts() }
        return MessageCounts(
            visible: Int(row.integer(0)), inFlight: Int(row.integer(1)),
            delayed: Int(row.integer(2)))
    }

    /// Removes all messages of a queue, those in flight included.
    func purge(_ queue: String) throws(TableStoreError) {
        let statement = try connection.prepare("DELETE FROM messages WHERE queue = ?1")
        try statement.bind(1, text: queue)
        try statement.run()
    }

    /// Removes messages that are too old, and brings those that were stored by a clock that was
    /// ahead back to the one that goes now.
    func tidy(
        _ queue: QueueDefinition, nowMs: Int64
    ) throws(TableStoreError) {
        let deletion = try connection.prepare(
            "DELETE FROM messages WHERE queue = ?1 AND sent_ms <= ?2")
        try deletion.bind(1, text: queue.name)
        try deletion.bind(2, nowMs - queue.retentionMs)
        try deletion.run()
        let update = try connection.prepare(
            """
            UPDATE messages SET visible_ms = visible_ms - (sent_ms - ?2), sent_ms = ?2
            WHERE queue = ?1 AND sent_ms > ?2
            """)
        try update.bind(1, text: queue.name)
        try update.bind(2, nowMs)
        try update.run()
    }
}
