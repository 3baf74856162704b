import Locking

internal import TableStore

/// Does all work on the emulator's database on a thread of its own, in the order given.
///
/// What comes while a transaction is being written shares the next one and its flush, so many
/// events cost hardly more flushes than one.
final class EmulatorStore: EmulatorPart {
    private struct Work: Sendable {
        let isDurable: Bool
        /// Reads and writes; returns what is to be done once that is committed.
        let run: @Sendable (EmulatorDatabase) throws(TableStoreError) -> @Sendable () -> Void
        let fail: @Sendable (TableStoreError) -> Void
    }

    private struct Waiting {
        var works: [Work] = []
        var isSleeping = false
        var isStopping = false
        var isClosed = false
    }

    /// How much shares a transaction at most.
    private static let batchMax = 1_024

    private let path: String?
    private let database = Locked<EmulatorDatabase?>(nil)
    private let opened = Promise<TableStoreError?>()
    private let waiting = Locked(Waiting())
    private let gate = Gate()
    private let thread = Locked<EmulatorThread?>(nil)
    private let activity: Activity

    /// A store that opens its database when it starts: to make a new one takes eight flushes, which
    /// nobody but those who need it should wait for.
    ///
    /// - Parameters:
    ///   - path: Nil keeps what waits in a temporary file.
    ///   - activity: Told of all work, from its beginning to its end.
    init(path: String?, activity: Activity) {
        self.path = path
        self.activity = activity
    }

    /// Runs work in a transaction that it may share with other work.
    ///
    /// - Parameters:
    ///   - durably: True if what was written must outlive a power loss before `then` is called.
    ///   - run: Reads and writes, on the store's thread; may be run again if others' work fails.
    ///   - then: Called on the store's thread with the value once it is committed, or with why
    ///     nothing was written.
    func perform<Value: Sendable>(
        durably: Bool = false,
        _ run: @escaping @Sendable (EmulatorDatabase) throws(TableStoreError) -> Value,
        then: @escaping @Sendable (Result<Value, TableStoreError>) -> Void
    ) {
        activity.begin()
        let work = Work(isDurable: durably) { database throws(TableStoreError) in
            let value = try run(database)
            return { then(.success(value)) }
        } fail: {
            then(.failure($0))
        }
        let (isTaken, mustWake) = waiting.withLock { waiting in
            guard !waiting.isClosed else { return (false, false) }
            waiting.works.append(work)
            defer { waiting.isSleeping = false }
            return (true, waiting.isSleeping)
        }
        if mustWake { gate.open() }
        if !isTaken {
            work.fail(SQLiteConnection.closed)
            activity.end()
        }
    }

    func start() throws(SystemCallError) {
        let started = try EmulatorThread { [self] in
            guard open() else { return refuse() }
            while let works = next() { perform(works) }
        }
        thread.withLock { $0 = started }
    }

    /// Waits until the database is open.
    ///
    /// - Throws: Why it cannot be opened; all work fails then.
    func waitUntilOpen() throws(TableStoreError) {
        if let error = opened.wait() { throw error }
    }

    private func open() -> Bool {
        do throws(TableStoreError) {
            let database = try EmulatorDatabase(path: path)
            self.database.withLock { $0 = database }
            opened.fulfil(nil)
            return true
        } catch {
            opened.fulfil(error)
            return false
        }
    }

    /// Does what still waits, ends the thread and closes the file.
    func join() {
        let wasSleeping = waiting.withLock { waiting in
            waiting.isStopping = true
            defer { waiting.isSleeping = false }
            return waiting.isSleeping
        }
        if wasSleeping { gate.open() }
        thread.withLock { $0.take() }?.join()
        refuse()
        database.withLock { $0 = nil }
    }

    /// Lets all work fail that waits or comes.
    private func refuse() {
        let abandoned = waiting.withLock { waiting in
            waiting.isClosed = true
            defer { waiting.works = [] }
            return waiting.works
        }
        for work in abandoned {
            work.fail(SQLiteConnection.closed)
            activity.end()
        }
    }

    /// The next works that share a transaction; nil once there is nothing more to do.
    private func next() -> [Work]? {
        while true {
            let works = waiting.withLock { waiting -> [Work]? in
                guard waiting.works.isEmpty else {
                    let count = min(waiting.works.count, Self.batchMax)
                    defer { waiting.works.removeFirst(count) }
                    return Array(waiting.works.prefix(count))
                }
                waiting.isClosed = waiting.isStopping
                waiting.isSleeping = !waiting.isStopping
                return waiting.isStopping ? nil : []
            }
            guard let works else { return nil }
            if !works.isEmpty { return works }
            gate.wait()
        }
    }

    private func perform(_ works: [Work]) {
        do throws(TableStoreError) {
            for then in try commit(works) { then() }
        } catch {
            // One work's failure must not be everybody's: each has a transaction of its own now.
            if works.count > 1 { return works.forEach { perform([$0]) } }
            for work in works { work.fail(error) }
        }
        for _ in works { activity.end() }
    }

    private func commit(
        _ works: [Work]
    ) throws(TableStoreError) -> [@Sendable () -> Void] {
        try database.withLock { database throws(TableStoreError) in
            guard let database else { throw SQLiteConnection.closed }
            var thens: [@Sendable () -> Void] = []
            thens.reserveCapacity(works.count)
            try database.transact { () throws(TableStoreError) in
                for work in works { thens.append(try work.run(database)) }
            }
            if works.contains(where: \.isDurable) { try database.flush() }
            return thens
        }
    }
}
