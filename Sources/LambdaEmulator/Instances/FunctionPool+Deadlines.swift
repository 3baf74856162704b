internal import Glibc
internal import HTTPServer
import Locking

extension FunctionPool {
    /// Ends what is overdue, and starts instances if any are due.
    ///
    /// - Parameter now: The steady time in nanoseconds.
    /// - Returns: When to look again; `Int64.max` when nothing runs.
    func expire(at now: Int64) -> Int64 {
        let (records, calls, step) = state.withLock { state in
            let calls = takeOverdueCalls(&state, at: now)
            let records = state.instances.values.filter { $0.deadlineNs <= now }
            for record in records {
                if record.isStarting { state.starting -= 1 }
                state.instances[record.port]?.stage = .ending
                state.instances[record.port]?.deadlineNs = .max
            }
            return (records, calls, grow(&state, at: now))
        }
        // A look at a later time is in what is returned.
        if case .start = step { perform(step) }
        for record in records { end(record, at: now) }
        for (record, call) in calls { end(call, on: record, at: now) }
        if !records.isEmpty || !calls.isEmpty { checkDrained() }
        return state.withLock { state in
            state.instances.values.reduce(startDueNs(state) ?? .max) { min($0, $1.lookNs) }
        }
    }

    /// What has run for too long; it stays with its instance until all it printed is read.
    private func takeOverdueCalls(
        _ state: inout State, at now: Int64
    ) -> [(InstanceRecord, RunningInvocation)] {
        var calls: [(InstanceRecord, RunningInvocation)] = []
        for record in state.instances.values where record.stage == .serving {
            let overdue = record.running.filter { $0.deadlineNs <= now }
            calls += overdue.map { (record, $0) }
            if !overdue.isEmpty, !isShared { state.instances[record.port]?.stage = .ending }
        }
        return calls
    }

    /// A classic instance is killed with its one invocation; one with several lives on.
    private func end(_ running: RunningInvocation, on record: InstanceRecord, at now: Int64) {
        record.process?.drainOutput()
        let requestID = running.invocation.requestID
        // An answer or an exit may have come first.
        if let (running, record) = take(requestID, from: record.port, isTimeout: isShared) {
            let failure = InvocationFailure(kind: .timeout, errorType: "Sandbox.Timedout")
            let report = report(record, running, at: now, failure: failure)
            running.invocation.complete(
                payload: FailurePayload.timeout(requestID, ms: definition.timeoutMs),
                failure: failure, report: report)
        }
        if !isShared { record.process?.signal(SIGKILL) }
    }

    /// An instance that never asked for work, or that did not end by itself.
    private func end(_ record: InstanceRecord, at now: Int64) {
        record.process?.drainOutput()
        if record.isStarting {
            let failure = InvocationFailure(kind: .timeout, errorType: "Sandbox.Timedout")
            let line = PlatformLines.initReport(
                durationNs: now - record.startedNs, failure: failure)
            environment.log.lines([line], from: definition.name)
            failStarting(record)
        }
        record.process?.signal(SIGKILL)
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
                failure: failure, report: emptyReport)
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
            for record in records {
                state.instances[record.port]?.lanes = []
                guard record.running.isEmpty, !record.isEnding else { continue }
                if record.isStarting { state.starting -= 1 }
                state.instances[record.port]?.stage = .ending
                state.instances[record.port]?.deadlineNs = .max
            }
            return (state.waiting.removeAll(), records)
        }
        for invocation in waiting { invocation.refuse(.stopping) }
        for record in records {
            record.process?.signal(signal)
            for responder in record.lanes { responder.respond(status: 500) }
        }
    }

    /// How many processes still live.
    var liveCount: Int { state.withLock { $0.instances.count + $0.launches } }
}
