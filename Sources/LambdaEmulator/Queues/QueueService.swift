import Locking
import Synchronization

internal import TableStore

/// The queues of a template: their messages are in the store, and whoever waits for one is told.
final class QueueService: EmulatorPart {
    /// What it works with.
    struct Context: Sendable {
        let store: EmulatorStore
        let clock: VirtualClock
        let loop: EventLoop
        let identifiers: IdentifierSource
        let region: String
        let accountID: String
    }

    /// What a receiver wants.
    struct Request: Sendable {
        let countMax: Int
        let visibilityTimeoutMs: Int64
        /// Until when it waits for a first message, by the machine's steady clock.
        let deadlineNs: Int64
    }

    private struct Waiter: Sendable {
        let request: Request
        let then: @Sendable (Result<[ReceivedMessage], TableStoreError>) -> Void
    }

    /// Those who wait for messages of one queue.
    private struct Waiting {
        var waiters: [Waiter] = []
        /// When the next message becomes visible, or earlier.
        var nextVisibleMs = Int64.max
    }

    /// How often the clock is looked at again at least, since it may be set.
    private static let lookMs: Int64 = 30_000

    let context: Context
    let queues: [QueueDefinition]
    private let byName: [String: QueueDefinition]
    private let waiting = Locked<[String: Waiting]>([:])
    private let listeners = Locked<[String: [@Sendable () -> Void]]>([:])
    private let isStopping = Atomic(false)
    /// When the emulator was started, Unix milliseconds.
    let startedMs: Int64

    init(_ queues: [QueueDefinition], _ context: Context) {
        self.queues = queues
        self.context = context
        startedMs = context.clock.unixMs
        byName = Dictionary(queues.map { ($0.name, $0) }) { first, _ in first }
    }

    func queue(named name: String) -> QueueDefinition? { byName[name] }

    func arn(of queue: String) -> String {
        "arn:aws:sqs:\(context.region):\(context.accountID):\(queue)"
    }

    /// Lets a source be told, on the store's thread, when there may be messages for it.
    func listen(to queue: String, _ listener: @escaping @Sendable () -> Void) {
        listeners.withLock { $0[queue, default: []].append(listener) }
    }

    /// Puts messages into a queue, all or none.
    func send(
        _ messages: [NewMessage], to queue: QueueDefinition,
        then: @escaping @Sendable (Result<[SentMessage], TableStoreError>) -> Void
    ) {
        context.store.perform(durably: true) { database throws(TableStoreError) in
            var sent: [SentMessage] = []
            for message in messages {
                sent.append(try database.messages.insert(message, into: queue.name))
            }
            return sent
        } then: { [self] result in
            then(result)
            if case .success = result { arrived(in: queue.name) }
        }
    }

    /// Removes messages; those that were received again since stay.
    func delete(
        _ handles: [ReceiptHandle], from queue: QueueDefinition,
        then: @escaping @Sendable (Result<Void, TableStoreError>) -> Void
    ) {
        context.store.perform { database throws(TableStoreError) in
            for handle in handles { try database.messages.delete(handle, from: queue.name) }
        } then: { [self] result in
            then(result)
            // Messages of a group may have waited for those that are gone.
            if queue.isFIFO { arrived(in: queue.name) }
        }
    }

    /// Sets when messages in flight are visible again; false for each that is not in flight.
    func changeVisibility(
        _ changes: [(handle: ReceiptHandle, timeoutMs: Int64)], in queue: QueueDefinition,
        then: @escaping @Sendable (Result<[Bool], TableStoreError>) -> Void
    ) {
        let now = context.clock.unixMs
        context.store.perform { database throws(TableStoreError) in
            var changed: [Bool] = []
            for (handle, timeoutMs) in changes {
                changed.append(
                    try database.messages.changeVisibility(
                        handle, in: queue.name, toMs: timeoutMs, nowMs: now))
            }
            return changed
        } then: { [self] result in
            then(result)
            arrived(in: queue.name)
        }
    }

    func counts(
        of queues: [QueueDefinition],
        then: @escaping @Sendable (Result<[MessageCounts], TableStoreError>) -> Void
    ) {
        let now = context.clock.unixMs
        context.store.perform(
            { database throws(TableStoreError) in
                var counts: [MessageCounts] = []
                for queue in queues {
                    counts.append(try database.messages.counts(of: queue.name, nowMs: now))
                }
                return counts
            }, then: then)
    }

    func purge(
        _ queue: QueueDefinition, then: @escaping @Sendable (Result<Void, TableStoreError>) -> Void
    ) {
        context.store.perform(
            durably: true,
            { database throws(TableStoreError) in try database.messages.purge(queue.name) },
            then: then)
    }

    /// Receives messages, at once or as soon as there is one.
    func receive(
        _ request: Request, from queue: QueueDefinition,
        then: @escaping @Sendable (Result<[ReceivedMessage], TableStoreError>) -> Void
    ) {
        let now = context.clock.unixMs
        let queueARN = arn(of: queue.name)
        context.store.perform {
            [identifiers = context.identifiers] database
                throws(TableStoreError) in
            let received = try database.messages.receive(
                MessageTable.Reception(
                    queue: queue, queueARN: queueARN, countMax: request.countMax,
                    visibilityTimeoutMs: request.visibilityTimeoutMs, nowMs: now,
                    makeReceipt: identifiers.requestID))
            let next = try database.messages.nextVisibleMs(in: queue.name, afterMs: now)
            return (received, next ?? .max)
        } then: { [self] (result: Result<(MessageTable.Received, Int64), TableStoreError>) in
            received(result, Waiter(request: request, then: then), queue)
        }
    }

    private func received(
        _ result: Result<(MessageTable.Received, Int64), TableStoreError>, _ waiter: Waiter,
        _ queue: QueueDefinition
    ) {
        guard case .success((let received, let nextVisibleMs)) = result else {
            return waiter.then(result.map { $0.0.messages })
        }
        if let other = received.deadLetterQueue { arrived(in: other) }
        let isOver = context.loop.clock.steadyNs() >= waiter.request.deadlineNs
        guard received.messages.isEmpty, !isOver, !isStopping.load(ordering: .relaxed) else {
            return waiter.then(.success(received.messages))
        }
        waiting.withLock { waiting in
            waiting[queue.name, default: Waiting()].waiters.append(waiter)
            let earlier = waiting[queue.name]?.nextVisibleMs ?? .max
            waiting[queue.name]?.nextVisibleMs = min(earlier, nextVisibleMs)
        }
        context.loop.wake(byNs: waiter.request.deadlineNs)
        wake(atMs: nextVisibleMs)
    }

    /// There may be messages that were not there before; called on the store's thread.
    func arrived(in queue: String) {
        serve(queue)
        for listener in listeners.withLock({ $0[queue] ?? [] }) { listener() }
    }

    /// Tries for those who wait; who gets nothing waits on.
    private func serve(_ name: String) {
        let waiters = waiting.withLock { $0.removeValue(forKey: name)?.waiters ?? [] }
        guard let queue = byName[name] else { return }
        for waiter in waiters { receive(waiter.request, from: queue, then: waiter.then) }
    }

    private func wake(atMs timeMs: Int64) {
        guard timeMs < .max else { return }
        let waitMs = min(Self.lookMs, max(0, timeMs - context.clock.unixMs))
        context.loop.wake(byNs: context.loop.clock.steadyNs() + waitMs * 1_000_000)
    }
}

extension QueueService {
    /// Removes what is too old, and what a clock that was ahead has left in the future.
    func start() throws(SystemCallError) {
        let now = context.clock.unixMs
        context.store.perform { [queues] database throws(TableStoreError) in
            for queue in queues { try database.messages.tidy(queue, nowMs: now) }
        } then: { _ in
        }
    }

    /// Serves those whose time is over, and those for whom there may be a message now.
    func tick(at steadyNs: Int64) -> Int64 {
        let now = context.clock.unixMs
        let due = waiting.withLock { waiting in
            waiting.filter { entry in
                entry.value.nextVisibleMs <= now
                    || entry.value.waiters.contains { $0.request.deadlineNs <= steadyNs }
            }.map(\.key)
        }
        for queue in due.sorted() { serve(queue) }
        return waiting.withLock { waiting in
            waiting.values.reduce(Int64.max) { next, queue in
                let deadlineNs = queue.waiters.reduce(next) { min($0, $1.request.deadlineNs) }
                guard queue.nextVisibleMs < .max else { return deadlineNs }
                let waitMs = min(Self.lookMs, max(0, queue.nextVisibleMs - now))
                return min(deadlineNs, steadyNs + waitMs * 1_000_000)
            }
        }
    }

    var dueMs: Int64 {
        waiting.withLock { $0.values.reduce(Int64.max) { min($0, $1.nextVisibleMs) } }
    }

    var adminCalls: [AdminCall] { QueueCalls(service: self).calls }

    /// Nobody waits any longer.
    func requestStop() {
        isStopping.store(true, ordering: .relaxed)
        let waiters = waiting.withLock { waiting in
            defer { waiting = [:] }
            return waiting.values.flatMap(\.waiters)
        }
        for waiter in waiters { waiter.then(.success([])) }
    }
}
