import Locking

/// One file of a store: one thread at a time is in its connection, and writers who come while
/// another writes share the next transaction and its flush.
///
/// The first of those who wait leads: it does everybody's writes in one transaction, lets the next
/// leader in, flushes, and tells the others. A single writer leads itself and meets nobody.
final class SQLiteFile: Sendable {
    private struct Queue {
        var isLed = false
        var waiting: [QueuedWrite] = []
    }

    private let database: Locked<SQLiteDatabase?>
    private let queue = Locked(Queue())
    private let writerLock: WriterLock
    /// Nil in a file of relaxed durability, which is never flushed.
    private let log: SQLiteLog?
    private let busyTimeoutMs: Int

    /// How many callers share a transaction at most.
    private static let batchMax = 64

    /// Opens the file and makes what is missing of the tables.
    init(
        path: String, tables: [TableSchema], durability: TableDefinition.Durability,
        busyTimeoutMs: Int
    ) throws(TableStoreError) {
        let opened = try SQLiteDatabase(
            path: path, tables: tables, durability: durability, busyTimeoutMs: busyTimeoutMs)
        writerLock = opened.writerLock
        log = durability == .full ? try SQLiteLog(path: path) : nil
        self.busyTimeoutMs = busyTimeoutMs
        database = Locked(opened)
    }

    /// Closes the file; every later call throws `unavailable`.
    func close() {
        database.withLock { $0 = nil }
    }

    /// Uses the connection while nobody writes.
    func read<Result: Sendable>(
        _ body: (SQLiteDatabase) throws(TableStoreError) -> Result
    ) throws(TableStoreError) -> Result {
        try database.withLock { database throws(TableStoreError) in
            guard let database else { throw SQLiteConnection.closed }
            return try body(database)
        }
    }

    /// Does one caller's writes, all or none; when it returns they are as durable as the file is.
    ///
    /// - Returns: the item of the last update; nil where there was none.
    func write(_ writes: [PreparedWrite], nowMs: Int64) throws(TableStoreError) -> Item? {
        let own = QueuedWrite(writes, nowMs: nowMs)
        let leads = queue.withLock { queue in
            guard queue.isLed else {
                queue.isLed = true
                return true
            }
            own.gate = Gate()
            queue.waiting.append(own)
            return false
        }
        if !leads { own.gate?.wait() }
        // Woken without an outcome: the leader before has handed over.
        if own.outcome == nil { lead(own) }
        guard let outcome = own.outcome else { throw SQLiteConnection.closed }
        return try outcome.get()
    }

    /// Makes sure that whatever reads have shown outlives a power loss.
    func flush() throws(TableStoreError) {
        try makeDurable(writerLock.lastAnnounced)
    }

    /// How many callers wait for a leader.
    var waitingCount: Int { queue.withLock { $0.waiting.count } }

    private func lead(_ own: QueuedWrite) {
        var batch = [own]
        let number = perform(&batch)
        handOver()
        if let number {
            do throws(TableStoreError) {
                try makeDurable(number)
            } catch {
                // Whether it outlives a power loss is open: nobody is told that it does.
                for member in batch where member.isDone { member.outcome = .failure(error) }
            }
        }
        for member in batch.dropFirst() { member.gate?.open() }
        if number != nil { database.withLock { $0?.checkpointIfDue() } }
    }

    /// Gathers who waits, once the file is this process's to write, and gives every member its
    /// outcome.
    ///
    /// - Returns: the number of the commit; nil if nothing was committed.
    private func perform(_ batch: inout [QueuedWrite]) -> UInt? {
        database.withLock { database in
            do throws(TableStoreError) {
                guard let database else { throw SQLiteConnection.closed }
                return try database.perform {
                    batch += takeWaiting()
                    return batch
                }
            } catch {
                // Whoever waits would only meet the same failure, one after the other.
                if batch.count == 1 { batch += takeWaiting() }
                for member in batch { member.outcome = .failure(error) }
                return nil
            }
        }
    }

    private func takeWaiting() -> [QueuedWrite] {
        queue.withLock { queue in
            let taken = Array(queue.waiting.prefix(Self.batchMax - 1))
            queue.waiting.removeFirst(taken.count)
            return taken
        }
    }

    private func handOver() {
        let next: QueuedWrite? = queue.withLock { queue in
            guard !queue.waiting.isEmpty else {
                queue.isLed = false
                return nil
            }
            return queue.waiting.removeFirst()
        }
        next?.gate?.open()
    }

    private func makeDurable(_ number: UInt) throws(TableStoreError) {
        guard let log else { return }
        try writerLock.makeDurable(number, timeoutMs: busyTimeoutMs) { () throws(TableStoreError) in
            try log.flush()
        }
    }
}

extension QueuedWrite {
    /// Whether its writes were done.
    fileprivate var isDone: Bool {
        if case .success = outcome { true } else { false }
    }
}
