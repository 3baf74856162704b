import Glibc
import Synchronization

/// Whether one loop's task is to be cancelled, and when.
///
/// Unchecked: an `UnsafeCurrentTask` may be cancelled from elsewhere as long as its task lives. It
/// is touched between ``arm(deadlineMs:)`` and ``disarm()`` only, which the task itself calls.
final class InvocationWatch: @unchecked Sendable {
    /// When the task is to be cancelled, Unix time in milliseconds, or one of the marks below.
    private let dueMs = Atomic(InvocationWatch.idle)
    private static let idle: Int64 = -1
    private static let cancelling: Int64 = -2
    private static let cancelled: Int64 = -3

    private let task: UnsafeCurrentTask
    private let timer: DeadlineTimer

    /// Watches the task that makes it; it must call ``end()`` before it is over.
    init?(_ timer: DeadlineTimer) {
        guard let task = withUnsafeCurrentTask(body: { $0 }) else { return nil }
        self.task = task
        self.timer = timer
        timer.add(self)
    }

    /// The last invocation of the task is over.
    func end() { timer.remove(self) }

    /// An invocation begins.
    ///
    /// - Parameter deadlineMs: Unix time in milliseconds. One that has passed is none: some local
    ///   platforms send a constant.
    func arm(deadlineMs: Int64) {
        let due = deadlineMs.subtractingReportingOverflow(timer.marginMs)
        guard !due.overflow, due.partialValue > 0 else { return }
        dueMs.store(due.partialValue, ordering: .sequentiallyConsistent)
        guard timer.mustBeTold(of: due.partialValue) else { return }
        if due.partialValue > timer.now() {
            timer.tell(of: due.partialValue)
        } else {
            _ = dueMs.compareExchange(
                expected: due.partialValue, desired: Self.idle, ordering: .relaxed)
        }
    }

    /// The invocation has ended; true when the task was cancelled, and stays so.
    func disarm() -> Bool {
        let due = dueMs.load(ordering: .relaxed)
        if due == Self.idle { return false }
        if due >= 0,
            dueMs.compareExchange(expected: due, desired: Self.idle, ordering: .relaxed).exchanged
        {
            return false
        }
        while dueMs.load(ordering: .acquiring) == Self.cancelling { sched_yield() }
        dueMs.store(Self.idle, ordering: .relaxed)
        return true
    }

    /// Cancels the task if its time has come; otherwise gives that time, `.max` without one.
    func cancelIfDue(_ nowMs: Int64) -> Int64 {
        let due = dueMs.load(ordering: .sequentiallyConsistent)
        guard due >= 0 else { return .max }
        guard due <= nowMs else { return due }
        // Lost when the invocation has just ended; the next one tells of itself.
        if dueMs.compareExchange(
            expected: due, desired: Self.cancelling, ordering: .acquiringAndReleasing
        ).exchanged {
            task.cancel()
            dueMs.store(Self.cancelled, ordering: .releasing)
        }
        return .max
    }
}
