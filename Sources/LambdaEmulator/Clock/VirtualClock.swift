import Locking

/// The time that schedules, retries and ages go by: the machine's, and what it was put ahead.
///
/// Durations, timeouts and the deadlines that functions are told stay those of the machine, since
/// a function's own clock is the machine's. While it is held, it stands still: what happens at one
/// moment then bears that moment's time, however long it takes.
final class VirtualClock: Sendable {
    private struct State {
        var aheadMs: Int64 = 0
        /// The time at which it stands still; nil while it goes.
        var held: (unixMs: Int64, steadyNs: Int64)?
    }

    private let machine: EmulatorClock
    private let state = Locked(State())

    init(_ machine: EmulatorClock) { self.machine = machine }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    var unixMs: Int64 { state.withLock { $0.held?.unixMs ?? machine.unixMs() + $0.aheadMs } }

    /// Nanoseconds since some fixed moment, put ahead by as much.
    var steadyNs: Int64 {
        state.withLock { $0.held?.steadyNs ?? machine.steadyNs() + $0.aheadMs * 1_000_000 }
    }

    /// How far it is ahead of the machine's.
    var aheadMs: Int64 { unixMs - machine.unixMs() }

    /// Lets it stand still from now on.
    func hold() {
        state.withLock { state in
            guard state.held == nil else { return }
            state.held = (
                machine.unixMs() + state.aheadMs,
                machine.steadyNs() + state.aheadMs * 1_000_000
            )
        }
    }

    /// Puts the held clock to a later moment; it never goes back.
    func hold(atMs unixMs: Int64) {
        state.withLock { state in
            guard let held = state.held, unixMs > held.unixMs else { return }
            state.held = (unixMs, held.steadyNs + (unixMs - held.unixMs) * 1_000_000)
        }
    }

    /// Lets it go on from where it stands; it does not fall behind the machine's.
    func release() {
        state.withLock { state in
            guard let held = state.held else { return }
            state.aheadMs = max(0, held.unixMs - machine.unixMs())
            state.held = nil
        }
    }
}
