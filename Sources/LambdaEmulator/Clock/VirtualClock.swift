import Synchronization

/// The time that schedules, retries and ages go by: the machine's, and what it was put ahead.
///
/// Durations, timeouts and the deadlines that functions are told stay those of the machine, since
/// a function's own clock is the machine's.
final class VirtualClock: Sendable {
    private let machine: EmulatorClock
    private let aheadMs = Atomic<Int64>(0)

    init(_ machine: EmulatorClock) { self.machine = machine }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    var unixMs: Int64 { machine.unixMs() + aheadMs.load(ordering: .relaxed) }

    /// Nanoseconds since some fixed moment, put ahead by as much.
    var steadyNs: Int64 { machine.steadyNs() + aheadMs.load(ordering: .relaxed) * 1_000_000 }

    /// Puts it ahead; it never goes back.
    func advance(byMs ms: Int64) { aheadMs.add(max(0, ms), ordering: .relaxed) }
}
