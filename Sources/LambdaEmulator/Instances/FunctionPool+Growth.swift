import Locking

extension FunctionPool {
    /// The shortest wait that is worth a further process.
    private static let patienceMinNs: Int64 = 5_000_000

    /// When a further instance is to be started; nil when none is.
    ///
    /// The first one comes up at once. A further one helps a call only if it would wait for longer
    /// than a start takes, so it comes up when the oldest call has waited for as long as the last
    /// start took, counted from when the pool last grew: what has just come up, or still opens
    /// lanes, is given that time to empty the queue. A lane that has answered asks for work in a
    /// moment, so a call may wait for each of those. One instance comes up at a time.
    func startDueNs(_ state: borrowing State) -> Int64? {
        guard let oldestNs = state.waiting.oldestNs, !state.isStopping, state.starting == 0,
            state.instances.count + state.launches < definition.concurrencyMax
        else { return nil }
        guard state.instances.values.contains(where: { !$0.isEnding }) else { return .min }
        let returning = state.instances.values.reduce(0) { $0 + $1.returningCount }
        guard state.waiting.count > returning else { return nil }
        let patienceNs = max(Self.patienceMinNs, state.initNs ?? 0)
        return max(oldestNs, state.grownNs) + patienceNs
    }

    /// Reserves the start of an instance if one is due, or tells when to look again.
    func grow(_ state: inout State, at now: Int64) -> Step {
        guard let dueNs = startDueNs(state) else { return .none }
        guard dueNs <= now else { return .look(byNs: dueNs) }
        state.starting += 1
        state.launches += 1
        return .start
    }

    /// Calls may still wait although an instance has just become free.
    func growFurther(at now: Int64) {
        perform(state.withLock { grow(&$0, at: now) })
    }
}
