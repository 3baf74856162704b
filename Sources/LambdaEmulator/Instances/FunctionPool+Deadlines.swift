internal import Glibc
internal import HTTPServer
import Synchronization

extension FunctionPool {
    /// Ends what is overdue.
    ///
    /// - Parameter now: The steady time in nanoseconds.
    /// - Returns: When to look again; `Int64.max` when nothing runs.
    func expire(at now: Int64) -> Int64 {
        let (overdue, next) = state.withLock { state -> ([InstanceRecord], Int64) in
            let overdue = state.instances.values.filter { $0.deadlineNs <= now }
            for record in overdue {
                if record.isStarting { state.starting -= 1 }
                state.instances[record.port]?.phase = .ending
                state.instances[record.port]?.deadlineNs = .max
            }
            return (overdue, state.instances.values.map(\.deadlineNs).min() ?? .max)
        }
        for record in overdue { end(record, at: now) }
        return next
    }

    private func end(_ record: InstanceRecord, at now: Int64) {
        record.process?.drainOutput()
        let failure = InvocationFailure(kind: .timeout, errorType: "Sandbox.Timedout")
        switch record.phase {
        case .busy(let invocation):
            report(record, invocation, at: now, failure: failure)
            invocation.complete(
                payload: FailurePayload.timeout(invocation.requestID, ms: definition.timeoutMs),
                failure: failure)
        case .starting:
            let line = PlatformLines.initReport(
                durationNs: now - record.startedNs, failure: failure)
            environment.log.lines([line], from: definition.name)
            failStarting(record)
        case .idle, .answered, .ending: break
        }
        record.process?.signal(SIGKILL)
        checkDrained()
    }

    private func failStarting(_ record: InstanceRecord) {
        let failed = state.withLock { state in
            state.instances.values.contains { !$0.isEnding } ? [] : state.waiting.removeAll()
        }
        let failure = InvocationFailure(kind: .timeout, errorType: "Sandbox.Timedout")
        for invocation in failed {
            invocation.complete(
                payload: FailurePayload.timeout(
                    invocation.requestID, ms: Int(environment.limits.initMs)),
                failure: failure)
        }
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

    /// Refuses what still waits, lets go of every /next and signals every process.
    func end(with signal: Int32) {
        let (waiting, records) = state.withLock { state in
            let records = Array(state.instances.values)
            state.idle = []
            for record in records where record.isIdle || record.isStarting {
                if record.isStarting { state.starting -= 1 }
                state.instances[record.port]?.phase = .ending
                state.instances[record.port]?.deadlineNs = .max
            }
            return (state.waiting.removeAll(), records)
        }
        for invocation in waiting { invocation.refuse(.stopping) }
        for record in records {
            record.process?.signal(signal)
            if case .idle(let responder) = record.phase { responder.respond(status: 500) }
        }
    }

    /// How many processes still live.
    var liveCount: Int { state.withLock { $0.instances.count + $0.launches } }
}
