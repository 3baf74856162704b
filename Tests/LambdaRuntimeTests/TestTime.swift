import Locking

@testable import LambdaRuntime

/// The wall clock of a test, near a deadline that is far away for the system's own clock.
final class TestTime: Sendable {
    /// In the year 2096.
    static let deadlineMs: Int64 = 4_000_000_000_000

    private let timeMs = Locked(TestTime.deadlineMs - 60_000)

    var nowMs: Int64 { timeMs.withLock { $0 } }

    func timer(margin: Duration = .milliseconds(50)) -> DeadlineTimer {
        DeadlineTimer(margin: margin, now: { self.nowMs })
    }

    /// Sets the clock to so many milliseconds before the deadline.
    func set(msBeforeDeadline ms: Int64, _ timer: DeadlineTimer) {
        timeMs.withLock { $0 = Self.deadlineMs - ms }
        timer.clockChanged()
    }
}
