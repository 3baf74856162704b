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
            // What a start that failed is followed by is decided when that is told.
            let isStartOver = records.contains { $0.isStarting }
            return (records, calls, isStartOver ? .none : grow(&state, at: now))
        }
        // A look at a later time is in what is returned.
        if case .start = step { perform(step) }
        for record in records { end(record, at: now) }
        for (record, call) in calls { end(call, on: record, at: now) }
        if !records.isEmpty || !calls.isEmpty { checkDrained() }
        let measureNs = watchMemory(at: now)
        return state.withLock { state in
            state.instances.values.reduce(min(measureNs, startDueNs(state) ?? .max)) {
                min($0, $1.lookNs)
            }
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

    /// An instance that never asked for work, or that did not end by itself.
    private func end(_ record: InstanceRecord, at now: Int64) {
        record.process?.drainOutput()
        if record.isStarting { startTimedOut(record, at: now) }
        record.process?.signal(SIGKILL)
    }

    /// As on AWS the init phase has a limit of its own, and after it the start is tried once more
    /// as part of the invocation, with the function's timeout.
    private func startTimedOut(_ record: InstanceRecord, at now: Int64) {
        let failure = InvocationFailure(kind: .timeout, errorType: "Sandbox.Timedout")
        reportInit(of: record, at: now, failure)
        tell(.noNext, port: record.port)
        guard record.phase == .invoke || !startAgain(at: now) else { return }
        let explanation = FailureExplanation(
            "the process did not ask for work (GET \(RuntimeCall.prefix)invocation/next) within "
                + "the function's Timeout of \(FailurePayload.seconds(ms: definition.timeoutMs)) s",
            output: state.withLock { $0.instances[record.port]?.output })
        failWaiting(failure, explanation) {
            FailurePayload.timeout($0, ms: self.definition.timeoutMs)
        }
    }

    /// True when a start within an invocation is on its way, or another instance serves.
    private func startAgain(at now: Int64) -> Bool {
        let step = state.withLock { state -> Step? in
            guard !state.instances.values.contains(where: { !$0.isEnding }), state.launches == 0
            else { return Step.none }
            guard !state.waiting.isEmpty, !state.isStopping else { return nil }
            state.starting += 1
            state.launches += 1
            return .start(1, .invoke)
        }
        guard let step else { return false }
        perform(step)
        return true
    }
}
