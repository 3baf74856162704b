import Locking

extension FunctionPool {
    /// How long a call waits for an instance that is about to be free before another is started.
    ///
    /// Instances that take several calls are given longer, at least as long as the last one took
    /// to start: AWS adds such instances by their load and not by call, and a second process
    /// costs what the first one shares.
    private func patienceNs(_ state: borrowing State) -> Int64 {
        isShared ? max(5_000_000, state.initNs ?? 0) : 1_000_000
    }

    /// How long a lane that has answered counts as free before it has asked for work again: far
    /// longer than a runtime needs, and not so long that a call would suffer from one that hangs.
    private static let returnPatienceNs: Int64 = 500_000_000

    /// When further instances are to be started; nil when none are.
    ///
    /// The first one comes up at once. Others come up, as on AWS, one for each call that finds
    /// none free; but a call is first given a moment in which a quick function may become free,
    /// so that many quick calls share a few processes. A lane that has answered asks for work
    /// again in a moment, and what is coming up takes calls, too: those count as free. What has
    /// just come up, or still opens lanes, is given the same time.
    func startDueNs(_ state: borrowing State) -> Int64? {
        guard let oldestNs = state.waiting.oldestNs else { return nil }
        guard startCount(state, returning: returningCount(state)) > 0 else {
            guard startCount(state, returning: 0) > 0 else { return nil }
            // As if one that does not come back were none.
            return state.instances.values.reduce(Int64.min) {
                $1.returningCount > 0 ? max($0, $1.answeredNs) : $0
            } + Self.returnPatienceNs
        }
        guard state.instances.values.contains(where: { !$0.isEnding }) || state.starting > 0 else {
            return .min
        }
        return max(oldestNs, state.grownNs) + patienceNs(state)
    }

    /// False when as many calls wait as may, beyond those that what is free in a moment, comes up
    /// or may be started takes.
    func mayWait(_ state: borrowing State) -> Bool {
        let waitingMax = definition.waitingMax ?? environment.limits.waitingMax
        guard state.waiting.count >= waitingMax else { return true }
        let laneCount = definition.invocationsPerInstanceMax
        let room = max(0, definition.concurrencyMax - state.instances.count - state.launches)
        let coming = returningCount(state) + (state.starting + room) * laneCount
        return state.waiting.count < waitingMax + coming
    }

    /// How many instances what waits would need beyond those that are or become free.
    private func startCount(_ state: borrowing State, returning: Int) -> Int {
        guard !state.isStopping, !servesOldCode(state) else { return 0 }
        let laneCount = definition.invocationsPerInstanceMax
        let lacking = state.waiting.count - returning - state.starting * laneCount
        let room = definition.concurrencyMax - state.instances.count - state.launches
        return max(0, min(room, (lacking + laneCount - 1) / laneCount))
    }

    private func returningCount(_ state: borrowing State) -> Int {
        state.instances.values.reduce(0) { $0 + $1.returningCount }
    }

    /// Reserves the start of instances if they are due, or tells when to look again.
    func grow(_ state: inout State, at now: Int64) -> Step {
        guard let dueNs = startDueNs(state) else { return .none }
        guard dueNs <= now else { return .look(byNs: dueNs) }
        let prompt = startCount(state, returning: returningCount(state))
        let count =
            dueNs == .min ? 1 : prompt > 0 ? prompt : startCount(state, returning: 0)
        state.starting += count
        state.launches += count
        return .start(count, .initialize)
    }

    /// Calls may still wait although an instance has just become free.
    func growFurther(at now: Int64) {
        perform(state.withLock { grow(&$0, at: now) })
    }
}
