internal import Glibc
internal import HTTPServer
import Locking

extension FunctionPool {
    /// Gives nothing more to an instance, which is then to be asked to end.
    ///
    /// Its requests for work stay open, as on AWS: a runtime learns of its end by SIGTERM.
    func retire(_ state: inout State, port: UInt16, at now: Int64) {
        guard let record = state.instances[port], !record.isEnding else { return }
        if record.isStarting { state.starting -= 1 }
        state.idle.removeAll { $0 == port }
        state.instances[port]?.stage = .ending
        state.instances[port]?.deadlineNs = now + terminationNs
        // A stopped process would not see the signal.
        state.instances[port]?.setFrozen(false)
    }

    /// SIGTERM, and later SIGKILL; or SIGKILL at once, as AWS does without extensions.
    func askToEnd(_ record: InstanceRecord) {
        guard terminationNs > 0 else {
            record.process?.signal(SIGKILL)
            return
        }
        environment.loop.wake(byNs: environment.clock.steadyNs() + terminationNs)
        record.process?.signal(SIGTERM)
    }

    private var terminationNs: Int64 { Int64(environment.policy.terminationMs) * 1_000_000 }

    /// Accepts no further call; `whenDrained` is called once when nothing runs or waits any more.
    func drain(whenDrained: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.isStopping = true
            state.whenDrained = whenDrained
        }
        checkDrained()
    }

    func checkDrained() {
        let drained = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.whenDrained != nil, state.waiting.isEmpty, state.inFlight == 0 else {
                return nil
            }
            return state.whenDrained.take()
        }
        drained?()
    }

    /// Refuses what still waits, and asks every process to end.
    func end() {
        let now = environment.clock.steadyNs()
        let (waiting, records) = state.withLock { state in
            let records = state.instances.values.filter { !$0.isEnding }
            for record in records { retire(&state, port: record.port, at: now) }
            return (state.waiting.removeAll(), records)
        }
        for invocation in waiting { invocation.refuse(.stopping) }
        for record in records { askToEnd(record) }
    }

    /// Kills every process that still lives.
    func kill() {
        for record in state.withLock({ Array($0.instances.values) }) {
            record.process?.signal(SIGKILL)
        }
    }

    /// How many processes still live.
    var liveCount: Int { state.withLock { $0.instances.count + $0.launches } }
}
