internal import HTTPServer
import Locking

extension FunctionPool {
    /// A process has ended and is reaped: all it ran is failed.
    func exited(_ exit: ProcessExit, port: UInt16) {
        let now = environment.clock.steadyNs()
        let (record, step) = state.withLock { state -> (InstanceRecord?, Step) in
            guard let record = state.instances[port] else { return (nil, .none) }
            state.idle.removeAll { $0 == port }
            if record.isStarting { state.starting -= 1 }
            guard record.extensions?.areAlive != true else {
                outlive(&state, record, at: now)
                return (record, record.isStarting ? .none : grow(&state, at: now))
            }
            state.instances[port] = nil
            return (record, record.isStarting ? .none : grow(&state, at: now))
        }
        guard let record else { return environment.closePort(port) }
        let isOutlived = record.extensions?.areAlive == true
        if !isOutlived { environment.closePort(port) }
        perform(step)
        let failure = InvocationFailure(kind: .runtime, errorType: "Runtime.ExitError")
        if record.isStarting {
            reportInit(of: record, at: now, failure)
            noteFailedStart(of: record.generation)
            failWaiting(failure, explain(exit, "before it asked for work", record)) {
                FailurePayload.exit($0, exit)
            }
        }
        failRunning(of: record, exit, failure, at: now)
        for responder in record.lanes { responder.respond(status: 500) }
        if record.stage == .serving, record.running.isEmpty, !state.withLock({ $0.isStopping }) {
            _ = explain(exit, "while it ran no invocation", record)
        }
        if isOutlived { shutDownExtensions(port) }
        checkDrained()
    }

    /// Its extensions still live, and are to be told.
    private func outlive(_ state: inout State, _ record: InstanceRecord, at now: Int64) {
        state.instances[record.port]?.process = nil
        state.instances[record.port]?.running = []
        state.instances[record.port]?.lanes = []
        state.instances[record.port]?.stage = .ending
        // It ended by itself, or after its init error.
        if record.endNs == .max { noteEnd(&state, port: record.port, at: now, because: .failure) }
    }

    private func failRunning(
        of record: InstanceRecord, _ exit: ProcessExit, _ failure: InvocationFailure,
        at now: Int64
    ) {
        for (index, running) in record.running.enumerated() {
            var told = record
            if index > 0 { told.initNs = nil }
            let report = report(told, running, at: now, failure: failure)
            let after = FailurePayload.seconds(ms: Int(report.durationNs / 1_000_000))
            let explanation = explain(
                exit, "\(after) s after it was given the event", record, running)
            running.invocation.complete(
                payload: FailurePayload.exit(running.invocation.requestID, exit),
                failure: failure, explanation: explanation, report: report)
        }
    }

    /// Puts the explanation of an end together, and its first line into the log.
    private func explain(
        _ exit: ProcessExit, _ occasion: String, _ record: InstanceRecord,
        _ running: RunningInvocation? = nil
    ) -> FailureExplanation {
        let explanation =
            record.memoryExceededMB.map { exceeded($0, occasion, record) }
            ?? FailureExplanation.exit(exit, after: occasion, output: record.output)
        note(explanation, of: running?.invocation.requestID)
        return explanation
    }

    private func exceeded(
        _ memoryMB: Int, _ occasion: String, _ record: InstanceRecord
    ) -> FailureExplanation {
        FailureExplanation(
            "the process was killed \(occasion), because it and its children had \(memoryMB) MB "
                + "of memory and MemorySize is \(definition.memoryMB)", output: record.output)
    }

    func note(_ explanation: FailureExplanation, of requestID: String?) {
        let id = requestID.map { "; RequestId: \($0)" } ?? ""
        environment.log.note("\(definition.name): \(explanation.summary)\(id)")
    }
}
