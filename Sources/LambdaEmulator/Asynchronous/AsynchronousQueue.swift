internal import TableStore
import Locking
import Synchronization

/// Keeps asynchronous events until their functions have taken them, or they are given up.
///
/// The store's table is the queue: an event is in memory only while it is in flight. A lane for
/// each function bounds how much of it is in flight, so that callers who wait are not starved.
final class AsynchronousQueue: EmulatorPart {
    /// What it works with.
    struct Context: Sendable {
        let store: EmulatorStore
        let directory: FunctionDirectory
        let clock: VirtualClock
        let loop: EventLoop
        let identifiers: IdentifierSource
        let log: EmulatorLog
        let activity: Activity
        let fired: FiredEvents
        /// Called on the store's thread with the name of a queue that a message was put into.
        var messageSent: @Sendable (String) -> Void = { _ in }
    }

    /// The deliveries of one function.
    private struct Lane {
        let pool: FunctionPool
        let runningMax: Int
        /// The request ids of what is in flight, and of what is over but could not be taken out of
        /// the store.
        var held: [Int64: String] = [:]
        var running = 0
        var isTaking = false
        /// When the first event that is not held is due, or earlier; `Int64.max` without any.
        var nextDueMs = Int64.max

        /// When more can be taken.
        var wakeMs: Int64 { running < runningMax && !isTaking ? nextDueMs : .max }

        /// An event that is not held is due then.
        mutating func fallsDue(atMs timeMs: Int64) { nextDueMs = min(nextDueMs, timeMs) }
    }

    /// The largest event, as on AWS since 2025.
    static let eventBytesMax = 1024 * 1024
    /// The longest wait between two attempts.
    private static let waitMsMax: Int64 = 300_000
    /// How often the clock is looked at again at least, since it may be set.
    private static let lookMs: Int64 = 30_000
    /// So many dead letters may come before those beyond the bound are dropped.
    private static let trimInterval = 256

    let context: Context
    private let lanes: Locked<[String: Lane]>
    private let isStopping = Atomic(false)
    private let buriedCount = Atomic(0)

    init(_ context: Context) {
        self.context = context
        lanes = Locked(
            Dictionary(
                context.directory.pools.map {
                    ($0.definition.name, Lane(pool: $0, runningMax: Self.runningMax($0.definition)))
                }, uniquingKeysWith: { first, _ in first }))
    }

    /// Half of what the function can run at once: the other half is for callers who wait.
    private static func runningMax(_ definition: FunctionDefinition) -> Int {
        max(1, definition.concurrencyMax * definition.invocationsPerInstanceMax / 2)
    }

    /// A new event that is due at once.
    func makeEvent(
        _ payload: [UInt8], for function: String, from origin: InvocationOrigin = .asynchronous,
        requestID: String? = nil, traceID: String? = nil, tenantID: String? = nil
    ) -> AsynchronousEvent {
        let now = context.clock.unixMs
        return AsynchronousEvent(
            requestID: requestID ?? context.identifiers.requestID(), function: function,
            origin: origin, traceID: traceID ?? context.identifiers.traceID(unixMs: now),
            tenantID: tenantID, payload: payload, acceptedMs: now, dueMs: now)
    }

    /// Takes an event.
    ///
    /// - Parameter then: Called once it outlives a crash and a power loss, or with why it does not.
    func accept(
        _ event: AsynchronousEvent, then: @escaping @Sendable (TableStoreError?) -> Void
    ) {
        context.store.perform(durably: true) { database throws(TableStoreError) in
            try database.events.insert(event)
        } then: { [self] result in
            switch result {
            case .success(let stored):
                then(nil)
                arrived(stored)
            case .failure(let error): then(error)
            }
        }
    }

    /// An event is in the store: it is delivered at once if nothing else waits.
    func arrived(_ event: AsynchronousEvent) {
        let now = context.clock.unixMs
        let isNext = lanes.withLock { lanes -> Bool in
            guard var lane = lanes[event.function] else { return false }
            defer { lanes[event.function] = lane }
            guard event.dueMs <= now, lane.wakeMs > now, lane.running < lane.runningMax,
                !lane.isTaking
            else {
                lane.fallsDue(atMs: event.dueMs)
                return false
            }
            lane.running += 1
            lane.held[event.id] = event.requestID
            return true
        }
        if isNext { deliver(event) } else { fill(event.function) }
    }

    /// Takes what is due and may run; what is due later wakes the loop.
    func fill(_ function: String) {
        let now = context.clock.unixMs
        let (room, held, wakeMs) = lanes.withLock { lanes -> (Int, Set<Int64>, Int64) in
            guard var lane = lanes[function] else { return (0, [], .max) }
            guard lane.wakeMs <= now, !isStopping.load(ordering: .relaxed) else {
                return (0, [], lane.wakeMs)
            }
            lane.isTaking = true
            lane.nextDueMs = .max
            lanes[function] = lane
            return (lane.runningMax - lane.running, Set(lane.held.keys), .max)
        }
        if wakeMs < .max { wake(atMs: wakeMs, now: now) }
        guard room > 0 else { return }
        context.store.perform { database throws(TableStoreError) in
            let events = try database.events.due(
                function, nowMs: now, limit: room, except: held)
            let next = try database.events.nextDueMs(function, afterMs: now)
            return (events, events.count == room ? now : next ?? .max)
        } then: { [self] (result: Result<([AsynchronousEvent], Int64), TableStoreError>) in
            took(result, function)
        }
    }

    private func took(
        _ result: Result<([AsynchronousEvent], Int64), TableStoreError>, _ function: String
    ) {
        // What cannot be read now is tried again when the clock is next looked at.
        let (events, nextDueMs) =
            (try? result.get()) ?? ([], context.clock.unixMs + Self.lookMs)
        lanes.withLock { lanes in
            lanes[function]?.isTaking = false
            lanes[function]?.running += events.count
            for event in events { lanes[function]?.held[event.id] = event.requestID }
            lanes[function]?.fallsDue(atMs: nextDueMs)
        }
        for event in events { deliver(event) }
        fill(function)
    }

    /// Runs the function with an event, or gives the event up.
    private func deliver(_ event: AsynchronousEvent) {
        guard let pool = lanes.withLock({ $0[event.function]?.pool }) else { return }
        guard pool.definition.concurrencyMax > 0 else {
            return end(event, .zeroReservedConcurrency, with: nil)
        }
        guard !pool.definition.asynchronous.isExpired(event, nowMs: context.clock.unixMs) else {
            return end(event, .eventAgeExceeded, with: nil)
        }
        context.activity.begin()
        pool.invoke(
            Invocation(
                requestID: event.requestID, event: event.payload,
                context: Invocation.Context(
                    traceID: event.traceID, origin: event.origin, tenantID: event.tenantID),
                acceptedMs: context.loop.clock.unixMs()
            ) { [self] outcome in
                finished(event, outcome, pool.definition)
                context.activity.end()
            })
    }

    private func finished(
        _ event: AsynchronousEvent, _ outcome: InvocationOutcome, _ function: FunctionDefinition
    ) {
        let now = context.clock.unixMs
        guard !isLeft(outcome) else { return release(event) }
        context.fired.add(
            FiredEvent(
                atMs: now, source: event.origin, function: event.function,
                attempt: event.attempts + 1, recordCount: 1, outcome: outcome.name,
                ordinal: event.id))
        switch function.asynchronous.step(after: outcome, of: event, nowMs: now) {
        case .left: release(event)
        case .succeeded: succeed(event, with: outcome.result)
        case .ended(let condition): end(event, condition, with: outcome.result)
        case .again(let dueMs, let attempts, let throttles):
            let error = EventError(of: outcome)
            note(event, "\(error.type); tried again in \((dueMs - now + 999) / 1_000) s")
            context.store.perform { database throws(TableStoreError) in
                try database.events.postpone(
                    event.id, dueMs: dueMs, attempts: attempts, throttles: throttles, error: error)
            } then: { [self] in
                release(event, $0, dueMs: dueMs)
            }
        }
    }

    /// A function that was ended because the emulator stops has not failed.
    private func isLeft(_ outcome: InvocationOutcome) -> Bool {
        isStopping.load(ordering: .relaxed) && outcome.result?.failure?.kind == .runtime
    }

    /// An event is in flight no more.
    ///
    /// - Parameter dueMs: When it is due again; nil for one that is not.
    func release(
        _ event: AsynchronousEvent, _ result: Result<Void, TableStoreError> = .success(()),
        dueMs: Int64? = nil
    ) {
        var isHeld = false
        if case .failure(let error) = result {
            // It would come again at once, and again: so it waits for the next start.
            isHeld = true
            note(event, "its end cannot be stored (\(error.code)): it comes again after a restart")
        }
        lanes.withLock { lanes in
            lanes[event.function]?.running -= 1
            if !isHeld { lanes[event.function]?.held[event.id] = nil }
            if let dueMs, !isHeld { lanes[event.function]?.fallsDue(atMs: dueMs) }
        }
        fill(event.function)
    }

    /// Drops the oldest dead letters now and then, once there are too many.
    func trimDead() {
        guard buriedCount.add(1, ordering: .relaxed).newValue % Self.trimInterval == 0 else {
            return
        }
        context.store.perform { database throws(TableStoreError) in
            try database.events.trimDead()
        } then: { [self] in
            guard case .success(let count) = $0, count > 0 else { return }
            context.log.note("the oldest \(count) dead events are dropped: there were too many")
        }
    }

    func note(_ event: AsynchronousEvent, _ text: String) {
        context.log.note("\(event.function): RequestId: \(event.requestID): \(text)")
    }

    /// What is in flight, by its id in the store.
    var heldEvents: Set<Int64> {
        lanes.withLock { Set($0.values.flatMap(\.held.keys)) }
    }

    /// What is in flight, by its request id.
    var inFlight: Set<String> {
        lanes.withLock { Set($0.values.flatMap(\.held.values)) }
    }

    /// Events that were dead wait again.
    func cameBack(to function: String, dueMs: Int64) {
        lanes.withLock { $0[function]?.fallsDue(atMs: dueMs) }
        fill(function)
    }
}

extension AsynchronousQueue {
    /// Begins with what an earlier run has left.
    func start() throws(SystemCallError) {
        let now = context.clock.unixMs
        context.store.perform { database throws(TableStoreError) in
            try database.events.adoptClock(nowMs: now, waitMsMax: Self.waitMsMax)
            _ = try database.events.trimDead()
            return try database.events.waitingFunctions()
        } then: { [self] result in
            for function in (try? result.get()) ?? [] { found(function) }
        }
    }

    private func found(_ function: (name: String, dueMs: Int64, count: Int)) {
        let isKnown = lanes.withLock { lanes in
            lanes[function.name]?.nextDueMs = function.dueMs
            return lanes[function.name] != nil
        }
        context.log.note(
            "\(function.name): \(function.count) asynchronous events of an earlier run wait"
                + (isKnown ? "" : "; the template has no such function"))
        fill(function.name)
    }

    func tick(at steadyNs: Int64) -> Int64 {
        let now = context.clock.unixMs
        let due = lanes.withLock { lanes in lanes.filter { $0.value.wakeMs <= now }.map(\.key) }
        for function in due.sorted() { fill(function) }
        let next = dueMs
        guard next < .max else { return .max }
        return steadyNs + min(Self.lookMs, max(0, next - now)) * 1_000_000
    }

    /// When the next delivery is due, by the virtual clock; `Int64.max` without any.
    var dueMs: Int64 { lanes.withLock { $0.values.reduce(.max) { min($0, $1.wakeMs) } } }

    var adminCalls: [AdminCall] { EventCalls(queue: self).calls }

    var isSettled: Bool { dueMs > context.clock.unixMs }

    func requestStop() { isStopping.store(true, ordering: .relaxed) }

    private func wake(atMs timeMs: Int64, now: Int64) {
        let waitMs = min(Self.lookMs, max(0, timeMs - now))
        context.loop.wake(byNs: context.loop.clock.steadyNs() + waitMs * 1_000_000)
    }
}

extension InvocationOutcome {
    /// The answer or the failure; nil for a call that was not run.
    var result: InvocationResult? {
        if case .completed(let result) = self { result } else { nil }
    }
}
