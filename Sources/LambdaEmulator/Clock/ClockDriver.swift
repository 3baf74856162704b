import Locking
import Synchronization

internal import Glibc

/// Puts the virtual clock ahead from one due moment to the next, and lets everything that is due
/// at one of them be over before it goes on.
///
/// Due are schedules, retries, delays, visibility timeouts, batching windows and whatever else the
/// emulator's parts tell. How long a moment takes is bounded by the functions' own timeouts.
final class ClockDriver: EmulatorPart {
    /// What it drives.
    struct Context: Sendable {
        let clock: VirtualClock
        let activity: Activity
        let fired: FiredEvents
        let loop: EventLoop
        let log: EmulatorLog
    }

    /// What came of it.
    struct Advance: Sendable {
        let events: [FiredEvent]
        /// Where the clock stands now, Unix milliseconds.
        let unixMs: Int64
        let aheadMs: Int64
        /// Why it does not stand where it was to be put; nil when it does.
        let stoppedBecause: String?
    }

    /// Functions that call one another without end must not keep it going.
    private static let firedMax = 100_000
    private static let roundsPerMomentMax = 10_000

    let context: Context
    private let parts: [any EmulatorPart]
    private let thread = Locked<EmulatorThread?>(nil)
    private let isAdvancing = Atomic(false)
    private let isStopping = Atomic(false)

    init(_ context: Context, parts: [any EmulatorPart]) {
        self.context = context
        self.parts = parts
    }

    /// Puts the clock ahead, on a thread of its own.
    ///
    /// - Parameter then: Called when it is done.
    /// - Returns: False when it is being put ahead already, or cannot be.
    func advance(byMs ms: Int64, then: @escaping @Sendable (Advance) -> Void) -> Bool {
        guard !isStopping.load(ordering: .relaxed),
            !isAdvancing.exchange(true, ordering: .acquiringAndReleasing)
        else { return false }
        thread.withLock { $0 }?.join()
        let started = try? EmulatorThread { [self] in
            let advance = run(byMs: ms)
            isAdvancing.store(false, ordering: .releasing)
            then(advance)
        }
        guard let started else {
            isAdvancing.store(false, ordering: .releasing)
            return false
        }
        thread.withLock { $0 = started }
        return true
    }

    /// Calls the body once nothing is under way and nothing more can be done at this time.
    func whenSettled(_ body: @escaping @Sendable () -> Void) {
        let started = try? EmulatorThread { [self] in
            _ = settle()
            body()
        }
        if started == nil { body() }
    }

    var adminCalls: [AdminCall] { ClockCalls(driver: self).calls }

    func requestStop() { isStopping.store(true, ordering: .relaxed) }

    func join() { thread.withLock { $0.take() }?.join() }

    private func run(byMs ms: Int64) -> Advance {
        let clock = context.clock
        context.fired.begin()
        clock.hold()
        let targetMs = clock.unixMs + ms
        let reason = step(to: targetMs)
        if reason == nil { clock.hold(atMs: targetMs) }
        let events = context.fired.end()
        let unixMs = clock.unixMs
        clock.release()
        // By the clock that goes again, every part looks anew.
        context.loop.wake(byNs: .min)
        if let reason { context.log.note("the clock was not put ahead any further: \(reason)") }
        return Advance(
            events: events, unixMs: unixMs, aheadMs: clock.aheadMs, stoppedBecause: reason)
    }

    /// Goes from moment to moment; returns why it ended before the target, nil when it did not.
    private func step(to targetMs: Int64) -> String? {
        var rounds = 0
        while true {
            guard settle() else { return "the emulator stops" }
            let nextMs = parts.reduce(Int64.max) { min($0, $1.dueMs) }
            guard nextMs <= targetMs else { return nil }
            guard context.fired.count < Self.firedMax else {
                return "\(Self.firedMax) invocations came of it"
            }
            rounds = nextMs <= context.clock.unixMs ? rounds + 1 : 0
            guard rounds < Self.roundsPerMomentMax else { return "one moment does not end" }
            context.clock.hold(atMs: nextMs)
            guard tick() else { return "the emulator stops" }
        }
    }

    /// Lets the parts do what is due; false when the emulator stops.
    private func tick() -> Bool {
        let done = Promise<Bool>()
        context.loop.execute { [self] in
            let now = context.loop.clock.steadyNs()
            let nextNs = parts.reduce(Int64.max) { min($0, $1.tick(at: now)) }
            if nextNs < .max { context.loop.wake(byNs: nextNs) }
            done.fulfil(true)
        }
        return wait(for: done)
    }

    /// Waits until nothing is under way and nothing more can be done at this moment; false when
    /// the emulator stops.
    private func settle() -> Bool {
        while true {
            let begunCount = context.activity.begunCount
            let idle = Promise<Bool>()
            context.activity.whenIdle { idle.fulfil(true) }
            guard wait(for: idle) else { return false }
            // They are asked one after the other: one that was settled may since have been given
            // something by another that is settled by now.
            if parts.allSatisfy(\.isSettled), context.activity.begunCount == begunCount {
                return true
            }
            // What is written is noticed by others in a moment, such as a table's stream.
            usleep(500)
        }
    }

    private func wait(for promise: Promise<Bool>) -> Bool {
        while !isStopping.load(ordering: .relaxed) {
            if promise.wait(timeoutMs: 50) != nil { return true }
        }
        return false
    }
}
