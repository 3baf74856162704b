import Locking
import Synchronization

/// Cancels the tasks of invocations that run into their deadlines, for all loops of a process.
///
/// It costs an invocation that ends in time two stores and two loads, and no system call: its
/// thread, started by the first event, sleeps until a deadline that was once told to it and only
/// then looks whose invocation is still running. Later deadlines need not be told: they are seen
/// then. It waits on the wall clock, which deadlines are in, so that a process that was frozen in
/// between wakes up to the right time.
final class DeadlineTimer: Sendable {
    private struct State {
        var watches: [InvocationWatch] = []
        var thread: LoopThread?
        var isStopped = false
    }

    /// How long before its deadline a task is cancelled.
    let marginMs: Int64
    /// Unix time in milliseconds.
    let now: @Sendable () -> Int64
    /// When the thread looks next, Unix time in milliseconds; `.max` when it only waits to be told.
    private let wakeMs = Atomic(Int64.max)

    private let state = Monitor(State())

    init(
        margin: Duration, now: @escaping @Sendable () -> Int64 = systemClockMs
    ) {
        let (seconds, attoseconds) = margin.components
        let ms = seconds.multipliedReportingOverflow(by: 1000)
        marginMs =
            ms.overflow ? .max : max(0, ms.partialValue + attoseconds / 1_000_000_000_000_000)
        self.now = now
    }

    /// Looks after a loop's invocations from now on.
    func add(_ watch: InvocationWatch) { state.withLock { $0.watches.append(watch) } }

    /// The loop's task is about to end.
    func remove(_ watch: InvocationWatch) {
        state.withLock { $0.watches.removeAll { $0 === watch } }
    }

    /// Whether the thread must be told of a task that is to be cancelled at that time: it would
    /// sleep longer.
    func mustBeTold(of dueMs: Int64) -> Bool {
        dueMs < wakeMs.load(ordering: .sequentiallyConsistent)
    }

    /// Lets the thread look at that time, too.
    func tell(of dueMs: Int64) {
        state.change { state in
            guard !state.isStopped, mustBeTold(of: dueMs) else { return }
            wakeMs.store(dueMs, ordering: .sequentiallyConsistent)
            if state.thread == nil { state.thread = startThread() }
        }
    }

    /// The clock was changed: the thread reads it again.
    func clockChanged() { state.change { _ in } }

    /// Ends the thread. Nothing is cancelled from now on.
    func stop() {
        let thread = state.change { state in
            state.isStopped = true
            return state.thread.take()
        }
        thread?.end()
    }

    /// Without a thread no task is cancelled, and the platform's timeout alone ends invocations.
    private func startThread() -> LoopThread? {
        let thread = LoopThread.start()
        if let thread { Task(executorPreference: thread) { self.run() } }
        return thread
    }

    private func run() {
        while let (watches, nowMs) = waitUntilDue() {
            let nextMs = watches.reduce(Int64.max) { min($0, $1.cancelIfDue(nowMs)) }
            state.withLock { _ in
                let toldMs = wakeMs.load(ordering: .sequentiallyConsistent)
                wakeMs.store(min(nextMs, toldMs), ordering: .sequentiallyConsistent)
            }
        }
    }

    /// Whom to look at, and the time; nil once stopped.
    private func waitUntilDue() -> (watches: [InvocationWatch], nowMs: Int64)? {
        state.wait { state in
            guard !state.isStopped else { return .done(nil) }
            let dueMs = wakeMs.load(ordering: .sequentiallyConsistent)
            let nowMs = now()
            guard dueMs <= nowMs else {
                return dueMs < .max ? .waitUntil(unixMs: dueMs) : .wait
            }
            // First this, then the look: whoever arms a watch that the look has passed by sees
            // that he must tell.
            wakeMs.store(.max, ordering: .sequentiallyConsistent)
            return .done((state.watches, nowMs))
        }
    }
}
