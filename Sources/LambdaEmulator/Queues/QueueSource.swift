import Locking
import Synchronization

internal import StrictJSON
internal import TableStore

/// Invokes a function with the messages of a queue, in batches, at least once each.
///
/// Messages are in flight while the function has them. What it took is deleted; what it failed with
/// is visible again after the queue's visibility timeout, and comes again until it goes to the
/// dead-letter queue.
final class QueueSource: EmulatorPart {
    /// What it works with.
    struct Context: Sendable {
        let service: QueueService
        let pool: FunctionPool
        let activity: Activity
        let fired: FiredEvents
        let log: EmulatorLog
    }

    private struct State {
        var running = 0
        var isTaking = false
        /// When messages may be there that nobody has taken; `Int64.max`: none are known of.
        var nextDueMs = Int64.min
    }

    /// Messages that were taken from the queue.
    private struct Batch: Sendable {
        let messages: [ReceivedMessage]
        let event: [UInt8]
    }

    /// How often the clock is looked at again at least, since it may be set.
    private static let lookMs: Int64 = 30_000

    private let definition: QueueSourceDefinition
    private let queue: QueueDefinition
    private let context: Context
    private let runningMax: Int
    private let state = Locked(State())
    private let isStopping = Atomic(false)

    init(_ definition: QueueSourceDefinition, of queue: QueueDefinition, _ context: Context) {
        self.definition = definition
        self.queue = queue
        self.context = context
        let function = context.pool.definition
        let all = max(1, function.concurrencyMax * function.invocationsPerInstanceMax)
        runningMax = min(all, definition.concurrencyMax ?? max(1, all / 4))
    }

    func start() throws(SystemCallError) {
        context.service.listen(to: queue.name) { [weak self] in self?.fallsDue() }
        fill()
    }

    func tick(at steadyNs: Int64) -> Int64 {
        fill()
        let next = dueMs
        guard next < .max else { return .max }
        let waitMs = min(Self.lookMs, max(0, next - context.service.context.clock.unixMs))
        return steadyNs + waitMs * 1_000_000
    }

    var dueMs: Int64 {
        state.withLock { $0.running < runningMax && !$0.isTaking ? $0.nextDueMs : .max }
    }

    var isSettled: Bool { dueMs > context.service.context.clock.unixMs }

    func requestStop() { isStopping.store(true, ordering: .relaxed) }

    /// There may be messages at a moment, now if none is given.
    private func fallsDue(atMs timeMs: Int64? = nil) {
        let now = context.service.context.clock.unixMs
        state.withLock { $0.nextDueMs = min($0.nextDueMs, timeMs ?? now) }
        fill()
    }

    /// Takes a batch if one may be there and run; a later moment wakes the loop.
    private func fill() {
        let now = context.service.context.clock.unixMs
        let (isTaking, wakeMs) = state.withLock { state -> (Bool, Int64) in
            guard state.running < runningMax, !state.isTaking,
                !isStopping.load(ordering: .relaxed)
            else { return (false, .max) }
            guard state.nextDueMs <= now else { return (false, state.nextDueMs) }
            state.isTaking = true
            state.nextDueMs = .max
            return (true, .max)
        }
        if wakeMs < .max {
            let loop = context.service.context.loop
            let waitMs = min(Self.lookMs, wakeMs - now)
            loop.wake(byNs: loop.clock.steadyNs() + waitMs * 1_000_000)
        }
        guard isTaking else { return }
        context.service.context.store.perform { [self] database throws(TableStoreError) in
            try take(from: database.messages, nowMs: now)
        } then: { [self] in
            took($0)
        }
    }

    private struct Taken: Sendable {
        var batch: Batch?
        /// When to look again.
        let nextDueMs: Int64
        var deadLetterQueue: String?
    }

    /// A batch, if one is complete or its first message has waited long enough.
    private func take(
        from messages: MessageTable, nowMs: Int64
    ) throws(TableStoreError) -> Taken {
        let visible = try messages.visible(
            in: queue.name, nowMs: nowMs, countMax: definition.batchSize)
        if let sinceMs = visible.sinceMs, visible.count < definition.batchSize,
            nowMs < sinceMs + definition.windowMs
        {
            return Taken(nextDueMs: sinceMs + definition.windowMs)
        }
        let service = context.service
        var builder = QueueEventBuilder(
            queueARN: service.arn(of: queue.name), region: service.context.region)
        let received = try messages.receive(
            MessageTable.Reception(
                queue: queue, queueARN: builder.queueARN, countMax: definition.batchSize,
                visibilityTimeoutMs: queue.visibilityTimeoutMs, nowMs: nowMs,
                makeReceipt: service.context.identifiers.requestID
            ) { [definition] message in
                guard definition.passes(message) else { return .drop }
                return builder.append(message) ? .take : .stop
            })
        guard !received.messages.isEmpty else {
            let next = try messages.nextVisibleMs(in: queue.name, afterMs: nowMs)
            return Taken(nextDueMs: next ?? .max, deadLetterQueue: received.deadLetterQueue)
        }
        return Taken(
            batch: Batch(messages: received.messages, event: builder.event), nextDueMs: nowMs,
            deadLetterQueue: received.deadLetterQueue)
    }

    private func took(_ result: Result<Taken, TableStoreError>) {
        // What cannot be read now is tried again when the clock is next looked at.
        let later = context.service.context.clock.unixMs + Self.lookMs
        let taken = (try? result.get()) ?? Taken(nextDueMs: later)
        state.withLock { state in
            state.isTaking = false
            state.running += taken.batch == nil ? 0 : 1
            state.nextDueMs = min(state.nextDueMs, taken.nextDueMs)
        }
        if let other = taken.deadLetterQueue { context.service.arrived(in: other) }
        if let batch = taken.batch { deliver(batch) }
        fill()
    }

    private func deliver(_ batch: Batch) {
        let service = context.service.context
        let now = service.loop.clock.unixMs()
        context.activity.begin()
        context.pool.invoke(
            Invocation(
                requestID: service.identifiers.requestID(), event: batch.event,
                context: Invocation.Context(
                    traceID: service.identifiers.traceID(unixMs: now),
                    origin: .queue(queue.name)),
                acceptedMs: now
            ) { [self] outcome in
                finished(batch, outcome)
                context.activity.end()
            })
    }

    private func finished(_ batch: Batch, _ outcome: InvocationOutcome) {
        let clock = context.service.context.clock
        context.fired.add(
            FiredEvent(
                atMs: clock.unixMs, source: .queue(queue.name), function: definition.function,
                attempt: batch.messages.map(\.receiveCount).max() ?? 1,
                recordCount: batch.messages.count, outcome: outcome.name,
                ordinal: batch.messages.first?.sequence ?? 0))
        let done = done(batch, outcome)
        let failedCount = batch.messages.count - done.count
        if failedCount > 0 {
            let isPartial = outcome.result.map { $0.failure == nil } ?? false
            context.log.note(
                "queue \(queue.name) to \(definition.function): \(failedCount) of "
                    + "\(batch.messages.count) messages failed "
                    + "(\(isPartial ? "batchItemFailures" : outcome.name)): visible again "
                    + "\(queue.visibilityTimeoutMs / 1_000) s after they were received")
        }
        context.service.context.store.perform { [queue] database throws(TableStoreError) in
            for handle in done { try database.messages.delete(handle, from: queue.name) }
            let now = clock.unixMs
            return try database.messages.nextVisibleMs(in: queue.name, afterMs: now)
        } then: { [self] in
            over(nextVisibleMs: (try? $0.get()) ?? nil)
        }
    }

    /// What the function has taken.
    private func done(_ batch: Batch, _ outcome: InvocationOutcome) -> [ReceiptHandle] {
        guard let result = outcome.result, result.failure == nil else { return [] }
        guard definition.reportsItemFailures else { return batch.messages.map(\.handle) }
        let failures = ItemFailures(
            answer: result.payload, identifiers: Set(batch.messages.map(\.messageID)))
        switch failures {
        case .none: return batch.messages.map(\.handle)
        case .all: return []
        case .some(let failed):
            return batch.messages.filter { !failed.contains($0.messageID) }.map(\.handle)
        }
    }

    private func over(nextVisibleMs: Int64?) {
        state.withLock { $0.running -= 1 }
        // Messages of a group may have waited for those that are gone.
        if queue.isFIFO {
            context.service.arrived(in: queue.name)
        } else {
            fallsDue(atMs: nextVisibleMs ?? .max)
        }
    }
}

extension QueueSourceDefinition {
    /// Whether a message passes the filters; its body is looked into if it is a JSON object.
    fileprivate func passes(_ message: ReceivedMessage) -> Bool {
        guard !filters.isEmpty else { return true }
        let limits = JSONLimits(bytesMax: message.body.count, depthMax: 64)
        let object = (try? StrictJSON.parse(message.body, limits: limits)).flatMap { value in
            value.object == nil ? nil : value
        }
        let body = object ?? .string(String(decoding: message.body, as: UTF8.self))
        let record: JSONValue = .object([
            JSONMember("messageId", .string(message.messageID)), JSONMember("body", body),
        ])
        // A pattern that looks into the body matches no body that is a mere text.
        return filters.contains { filter in
            !(filter.looksInto("body") && object == nil) && filter.passes(record)
        }
    }
}
