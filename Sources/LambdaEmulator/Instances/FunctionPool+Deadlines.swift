internal import Glibc
internal import HTTPServer
import Locking

extension FunctionPool {
    /// What is due at some time, taken under the lock and done after it.
    private struct Due {
        /// Invocations that have run for too long, with their instances.
        var calls: [(InstanceRecord, RunningInvocation)] = []
        /// Instances that have not asked for work in time.
        var starts: [InstanceRecord] = []
        /// Instances that have answered and not asked for work again in time.
        var lost: [InstanceRecord] = []
        /// Instances that were asked to end and have not.
        var stubborn: [InstanceRecord] = []
        /// Instances whose time stands still, told once.
        var traced: [InstanceRecord] = []
        var step = Step.none
    }

    /// Ends what is overdue, and starts instances if any are due.
    ///
    /// - Parameter now: The steady time in nanoseconds.
    /// - Returns: When to look again; `Int64.max` when nothing runs.
    func expire(at now: Int64) -> Int64 {
        let due = state.withLock { takeDue(&$0, at: now) }
        // A look at a later time is in what is returned.
        if case .start = due.step { perform(due.step) }
        for record in due.traced {
            let number = record.process?.identifier ?? 0
            environment.log.note(
                "\(definition.name): a debugger is attached to process \(number): its time "
                    + "stands still")
        }
        for record in due.starts { startTimedOut(record, at: now) }
        for (record, call) in due.calls { end(call, on: record, at: now) }
        for record in due.lost { endLost(record) }
        for record in due.stubborn { killStubborn(record) }
        if !due.calls.isEmpty || !due.starts.isEmpty { checkDrained() }
        let watchNs = min(watchMemory(at: now), watchDebugger(at: now))
        return state.withLock { state in
            let otherNs = min(watchNs, startDueNs(state) ?? .max)
            return state.instances.values.reduce(otherNs) { min($0, $1.lookNs) }
        }
    }

    private func takeDue(_ state: inout State, at now: Int64) -> Due {
        var due = Due()
        for record in state.instances.values {
            switch record.stage {
            case .starting where record.deadlineNs <= now: takeStart(record, &state, &due, at: now)
            case .serving:
                takeCalls(of: record, &state, &due, at: now)
                if record.isReturning, record.returnByNs <= now {
                    takeLost(record, &state, &due, at: now)
                }
            case .ending where record.deadlineNs <= now:
                state.instances[record.port]?.deadlineNs = .max
                due.stubborn.append(record)
            default: break
            }
        }
        // What a start that failed is followed by is decided when that is told.
        if due.starts.isEmpty { due.step = grow(&state, at: now) }
        return due
    }

    private func takeStart(
        _ record: InstanceRecord, _ state: inout State, _ due: inout Due, at now: Int64
    ) {
        if record.process?.isTraced == true {
            let limitNs = environment.limits.initMs * 1_000_000
            state.instances[record.port]?.deadlineNs = now + limitNs
            tellTracing(record, &state, &due)
            return
        }
        state.starting -= 1
        state.instances[record.port]?.stage = .ending
        state.instances[record.port]?.deadlineNs = .max
        noteEnd(&state, port: record.port, at: now, because: .timeout)
        due.starts.append(record)
    }

    /// What has run for too long stays with its instance until all it printed is read.
    private func takeCalls(
        of record: InstanceRecord, _ state: inout State, _ due: inout Due, at now: Int64
    ) {
        let overdue = record.running.filter { $0.deadlineNs <= now }
        guard !overdue.isEmpty else { return }
        if record.process?.isTraced == true {
            let putOffNs = now + Int64(definition.timeoutMs) * 1_000_000
            for index in record.running.indices where record.running[index].deadlineNs <= now {
                state.instances[record.port]?.running[index].deadlineNs = putOffNs
            }
            tellTracing(record, &state, &due)
            return
        }
        due.calls += overdue.map { (record, $0) }
        guard !isShared else { return }
        state.instances[record.port]?.stage = .ending
        noteEnd(&state, port: record.port, at: now, because: .timeout)
    }

    /// The runtime, or what has outlived it.
    private func killStubborn(_ record: InstanceRecord) {
        for process in record.process.map({ [$0] }) ?? record.processes { process.signal(SIGKILL) }
    }

    /// Its place is needed for one that works.
    private func takeLost(
        _ record: InstanceRecord, _ state: inout State, _ due: inout Due, at now: Int64
    ) {
        if record.process?.isTraced == true {
            let putOffNs = now + Int64(definition.timeoutMs) * 1_000_000
            state.instances[record.port]?.returnByNs = putOffNs
            return tellTracing(record, &state, &due)
        }
        noteEnd(&state, port: record.port, at: now, because: .timeout)
        state.instances[record.port]?.stage = .ending
        state.instances[record.port]?.deadlineNs = .max
        due.lost.append(record)
    }

    private func endLost(_ record: InstanceRecord) {
        let names = record.extensions?.members.filter { $0.state == .running }.map(\.name) ?? []
        let who =
            record.lanes.isEmpty
            ? "its runtime has" : "extensions (\(names.joined(separator: ", "))) have"
        environment.log.note(
            "\(definition.name): the invocation was answered, but \(who) not asked for work again "
                + "within the Timeout of \(FailurePayload.seconds(ms: definition.timeoutMs)) s; "
                + "the process was killed")
        record.process?.signal(SIGKILL)
    }

    private func tellTracing(_ record: InstanceRecord, _ state: inout State, _ due: inout Due) {
        guard !record.isTracingTold else { return }
        state.instances[record.port]?.isTracingTold = true
        due.traced.append(record)
    }

    /// A classic instance is killed with its one invocation; one with several lives on.
    private func end(_ running: RunningInvocation, on record: InstanceRecord, at now: Int64) {
        record.process?.drainOutput()
        let requestID = running.invocation.requestID
        // An answer or an exit may have come first.
        if let (running, record) = take(
            requestID, from: record.port, at: now, isTimeout: isShared)
        {
            let failure = InvocationFailure(kind: .timeout, errorType: "Sandbox.Timedout")
            let report = report(record, running, at: now, failure: failure)
            let fate = isShared ? "its process lives on" : "its process was killed"
            let explanation = FailureExplanation(
                "the invocation took longer than its Timeout of "
                    + "\(FailurePayload.seconds(ms: definition.timeoutMs)) s; \(fate)",
                output: record.output)
            note(explanation, of: requestID)
            running.invocation.complete(
                payload: FailurePayload.timeout(requestID, ms: definition.timeoutMs),
                failure: failure, explanation: explanation, report: report)
        }
        if !isShared { record.process?.signal(SIGKILL) }
    }
}
