internal import Glibc
internal import HTTPServer
import Locking

extension FunctionPool {
    /// Gives nothing more to an instance, which is then to be asked to end.
    ///
    /// Its requests for work stay open, as on AWS: a runtime learns of its end by SIGTERM.
    func retire(
        _ state: inout State, port: UInt16, at now: Int64,
        because reason: InstanceRecord.EndReason = .spindown
    ) {
        guard let record = state.instances[port], !record.isEnding else { return }
        if record.isStarting { state.starting -= 1 }
        state.idle.removeAll { $0 == port }
        state.instances[port]?.stage = .ending
        noteEnd(&state, port: port, at: now, because: reason)
        let shareNs = runtimeShareNs(of: record)
        state.instances[port]?.deadlineNs = now + shareNs
        // A stopped process would not see the signal.
        state.instances[port]?.setFrozen(false)
    }

    func noteEnd(
        _ state: inout State, port: UInt16, at now: Int64, because reason: InstanceRecord.EndReason
    ) {
        guard let record = state.instances[port] else { return }
        state.instances[port]?.endReason = reason
        state.instances[port]?.endNs = now + terminationNs(of: record)
    }

    /// SIGTERM, and later SIGKILL; or SIGKILL at once, as AWS does without extensions.
    func askToEnd(_ record: InstanceRecord) {
        guard let process = record.process else { return shutDownExtensions(record.port) }
        guard terminationNs(of: record) > 0 else { return process.signal(SIGKILL) }
        environment.loop.wake(
            byNs: environment.clock.steadyNs() + runtimeShareNs(of: record))
        process.signal(SIGTERM)
    }

    /// How long an instance has to end by itself. As on AWS it has some time in any case when there
    /// are extensions.
    private func terminationNs(of record: InstanceRecord) -> Int64 {
        let ms = environment.policy.terminationMs
        guard let extensions = record.extensions else { return Int64(ms) * 1_000_000 }
        let leastMs = extensions.hasExternal ? Self.externalMs : ms == 0 ? Self.internalMs : 0
        return Int64(max(ms, leastMs)) * 1_000_000
    }

    /// The runtime has three tenths of it, extensions have the rest.
    private func runtimeShareNs(of record: InstanceRecord) -> Int64 {
        let wholeNs = terminationNs(of: record)
        return record.extensions?.hasExternal == true ? wholeNs * 3 / 10 : wholeNs
    }

    private static let internalMs = 500
    private static let externalMs = 2_000

    /// How long the instances that live may take to end by themselves.
    var terminationMs: Int {
        let longestNs = state.withLock { state in
            state.instances.values.reduce(0) { max($0, terminationNs(of: $1)) }
        }
        return Int(longestNs / 1_000_000)
    }

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
            for process in record.processes { process.signal(SIGKILL) }
        }
    }

    /// How many processes still live.
    var liveCount: Int { state.withLock { $0.instances.count + $0.launches } }
}
