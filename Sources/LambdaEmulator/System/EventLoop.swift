import Locking

/// The emulator's own thread: log pipes, ends of processes, timeouts, starts of processes.
///
/// No invocation passes through it on its way unless a process must be started for it.
final class EventLoop: Sendable {
    private struct State {
        var handlers: [Int32: @Sendable () -> Void] = [:]
        var work: [@Sendable () -> Void] = []
        var tickNs = Int64.max
        var isStopped = false
    }

    let clock: EmulatorClock
    private let poller: Poller
    private let state = Locked(State())
    private let thread = Locked<EmulatorThread?>(nil)

    init(clock: EmulatorClock) throws(SystemCallError) {
        self.clock = clock
        poller = try Poller()
    }

    /// Starts the thread.
    ///
    /// - Parameter tick: Called when a wake-up that was asked for is due, with the steady time in
    ///   nanoseconds; returns when it wants to be called next (`Int64.max`: not by itself).
    func start(tick: @escaping @Sendable (Int64) -> Int64) throws(SystemCallError) {
        let started = try EmulatorThread { [self] in run(tick) }
        thread.withLock { $0 = started }
    }

    /// Stops the thread and waits for it.
    func stop() {
        state.withLock { $0.isStopped = true }
        poller.wake()
        thread.withLock { $0.take() }?.join()
    }

    /// Runs the work on the loop's thread, soon; in the order given.
    func execute(_ work: @escaping @Sendable () -> Void) {
        state.withLock { $0.work.append(work) }
        poller.wake()
    }

    /// Calls the handler on the loop's thread whenever the descriptor is readable.
    func watch(
        _ descriptor: Int32, _ handler: @escaping @Sendable () -> Void
    ) throws(SystemCallError) {
        state.withLock { $0.handlers[descriptor] = handler }
        do {
            try poller.add(descriptor)
        } catch {
            state.withLock { _ = $0.handlers.removeValue(forKey: descriptor) }
            throw error
        }
    }

    /// Stops watching; must come before the descriptor is closed.
    func unwatch(_ descriptor: Int32) {
        poller.remove(descriptor)
        state.withLock { _ = $0.handlers.removeValue(forKey: descriptor) }
    }

    /// Makes sure that the tick is called by then; costs no system call when it is already due
    /// earlier, as for nearly every invocation.
    func wake(byNs timeNs: Int64) {
        let isEarlier = state.withLock { state in
            guard timeNs < state.tickNs else { return false }
            state.tickNs = timeNs
            return true
        }
        if isEarlier { poller.wake() }
    }

    /// Looks at the clock again: for a clock that was set by hand.
    func clockChanged() { poller.wake() }

    private func run(_ tick: @Sendable (Int64) -> Int64) {
        while true {
            let now = clock.steadyNs()
            let (isStopped, work, isDue) = state.withLock { state in
                let isDue = state.tickNs <= now
                if isDue { state.tickNs = .max }
                let work = state.work
                state.work = []
                return (state.isStopped, work, isDue)
            }
            for item in work { item() }
            if isStopped { return }
            if isDue {
                let next = tick(now)
                state.withLock { $0.tickNs = min($0.tickNs, next) }
            }
            for descriptor in poller.wait(timeoutMs: timeoutMs()) {
                state.withLock { $0.handlers[descriptor] }?()
            }
        }
    }

    /// Rounded up, so that the tick is not early; a minute at most, as the wall clock may be set.
    private func timeoutMs() -> Int32 {
        let (tickNs, hasWork) = state.withLock { ($0.tickNs, !$0.work.isEmpty || $0.isStopped) }
        guard !hasWork else { return 0 }
        guard tickNs < .max else { return 60_000 }
        let now = clock.steadyNs()
        // Compared first: a time that has long passed may lie further back than can be subtracted.
        guard tickNs > now else { return 0 }
        let (waitNs, overflow) = tickNs.subtractingReportingOverflow(now)
        guard !overflow, waitNs < 60_000_000_000 else { return 60_000 }
        return Int32((waitNs + 999_999) / 1_000_000)
    }
}
