import Glibc
import Synchronization

/// Cancels the tasks of invocations that run into their deadlines, for all loops of a process.
///
/// It costs an invocation that ends in time two stores and two loads, and no system call: its
/// thread, started by the first event, sleeps until a deadline that was once told to it and only
/// then looks whose invocation is still running. Later deadlines need not be told: they are seen
/// then. It waits on the wall clock, which deadlines are in, so that a process that was frozen in
/// between wakes up to the right time.
///
/// Unchecked: what changes is read and written under the mutex, or is atomic.
final class DeadlineTimer: @unchecked Sendable {
    /// How long before its deadline a task is cancelled.
    let marginMs: Int64
    /// Unix time in milliseconds.
    let now: @Sendable () -> Int64
    /// When the thread looks next, Unix time in milliseconds; `.max` when it only waits to be told.
    private let wakeMs = Atomic(Int64.max)

    // Not Locked: it has no condition to wait for.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var watches: [InvocationWatch] = []
    private var thread: LoopThread?
    private var isStopped = false

    init(
        margin: Duration, now: @escaping @Sendable () -> Int64 = systemClockMs
    ) {
        let (seconds, attoseconds) = margin.components
        let ms = seconds.multipliedReportingOverflow(by: 1000)
        marginMs =
            ms.overflow ? .max : max(0, ms.partialValue + attoseconds / 1_000_000_000_000_000)
        self.now = now
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(change, nil)
    }

    deinit {
        pthread_cond_destroy(change)
        pthread_mutex_destroy(mutex)
        change.deallocate()
        mutex.deallocate()
    }

    /// Looks after a loop's invocations from now on.
    func add(_ watch: InvocationWatch) { withLock { watches.append(watch) } }

    /// The loop's task is about to end.
    func remove(_ watch: InvocationWatch) { withLock { watches.removeAll { $0 === watch } } }

    /// Whether the thread must be told of a task that is to be cancelled at that time: it would
    /// sleep longer.
    func mustBeTold(of dueMs: Int64) -> Bool {
        dueMs < wakeMs.load(ordering: .sequentiallyConsistent)
    }

    /// Lets the thread look at that time, too.
    func tell(of dueMs: Int64) {
        withLock {
            guard !isStopped, mustBeTold(of: dueMs) else { return }
            wakeMs.store(dueMs, ordering: .sequentiallyConsistent)
            if thread == nil { start() }
            pthread_cond_signal(change)
        }
    }

    /// The clock was changed: the thread reads it again.
    func clockChanged() { withLock { _ = pthread_cond_signal(change) } }

    /// Ends the thread. Nothing is cancelled from now on.
    func stop() {
        var thread: LoopThread?
        withLock {
            isStopped = true
            thread = self.thread.take()
            pthread_cond_signal(change)
        }
        thread?.end()
    }

    /// Without a thread no task is cancelled, and the platform's timeout alone ends invocations.
    private func start() {
        thread = LoopThread.start()
        if let thread { Task(executorPreference: thread) { self.run() } }
    }

    private func withLock(_ body: () -> Void) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        body()
    }

    private func run() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isStopped {
            let dueMs = wakeMs.load(ordering: .sequentiallyConsistent)
            let nowMs = now()
            guard dueMs <= nowMs else {
                wait(until: dueMs)
                continue
            }
            // First this, then the look: whoever arms a watch that the look has passed by sees
            // that he must tell.
            wakeMs.store(.max, ordering: .sequentiallyConsistent)
            let watches = watches
            pthread_mutex_unlock(mutex)
            let nextMs = watches.reduce(Int64.max) { min($0, $1.cancelIfDue(nowMs)) }
            pthread_mutex_lock(mutex)
            let toldMs = wakeMs.load(ordering: .sequentiallyConsistent)
            wakeMs.store(min(nextMs, toldMs), ordering: .sequentiallyConsistent)
        }
    }

    private func wait(until dueMs: Int64) {
        guard dueMs < .max else {
            pthread_cond_wait(change, mutex)
            return
        }
        var time = timespec(
            tv_sec: Int(dueMs / 1000), tv_nsec: Int(dueMs % 1000) * 1_000_000)
        pthread_cond_timedwait(change, mutex, &time)
    }
}
