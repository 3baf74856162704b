internal import Glibc
import Locking

/// What follows when an instance has not asked for work in time.
extension FunctionPool {
    /// As on AWS the init phase has a limit of its own, and after it the start is tried once more
    /// as part of the invocation, with the function's timeout.
    func startTimedOut(_ record: InstanceRecord, at now: Int64) {
        record.process?.drainOutput()
        defer {
            // Without a process it waits for extensions to register.
            record.process?.signal(SIGKILL) ?? shutDownExtensions(record.port)
        }
        let failure = InvocationFailure(kind: .timeout, errorType: "Sandbox.Timedout")
        reportInit(of: record, at: now, failure)
        noteFailedStart(of: record.generation)
        tell(.noNext, port: record.port)
        guard record.phase == .invoke || !startAgain(at: now) else { return }
        let explanation = FailureExplanation(
            "the process did not ask for work (GET \(RuntimeCall.prefix)invocation/next) within "
                + "the function's Timeout of \(FailurePayload.seconds(ms: definition.timeoutMs)) s"
                + Self.laggards(record),
            output: state.withLock { $0.instances[record.port]?.output })
        failWaiting(failure, explanation) {
            FailurePayload.timeout($0, ms: self.definition.timeoutMs)
        }
    }

    /// Which extensions have not registered, or not asked for the first event.
    private static func laggards(_ record: InstanceRecord) -> String {
        let names = record.extensions?.members.filter { $0.state != .ready }.map(\.name) ?? []
        return names.isEmpty ? "" : ", or its extensions: \(names.joined(separator: ", "))"
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

    /// A start has failed.
    func reportInit(of record: InstanceRecord, at now: Int64, _ failure: InvocationFailure) {
        let line = PlatformLines.initReport(
            durationNs: now - record.startedNs, phase: record.phase.rawValue, failure: failure)
        environment.log.lines([line], from: definition.name)
    }
}
