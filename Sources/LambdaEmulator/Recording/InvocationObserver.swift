/// Keeps the invocations of one function: told of each end, on the thread that brings it.
final class InvocationObserver: Sendable {
    private let definition: FunctionDefinition
    private let recorder: InvocationRecorder
    private let warnings: LimitWarnings

    init(
        of definition: FunctionDefinition, recorder: InvocationRecorder, warnings: LimitWarnings
    ) {
        self.warnings = warnings
        self.definition = definition
        self.recorder = recorder
    }

    /// Called before the caller is: whoever has the answer finds it recorded.
    ///
    /// - Parameters:
    ///   - result: With the beginning of a streamed answer as its payload.
    ///   - answerBytes: How large the whole answer was.
    func ended(_ invocation: Invocation, _ result: InvocationResult, answerBytes: Int) {
        recorder.record(
            RecordedInvocation(
                function: definition.name, origin: invocation.context.origin,
                traceID: invocation.context.traceID, acceptedMs: invocation.acceptedMs,
                endedMs: recorder.clock.unixMs(), event: RecordedInvocation.cut(invocation.event),
                eventBytes: invocation.event.count, answerBytes: answerBytes,
                result: result.cut))
        if result.failure == .tooLarge { warnings.say(.answer, of: definition.name) }
    }

    /// The call was refused because all instances are busy and the queue is full.
    func throttled(_ invocation: Invocation) {
        let result = InvocationResult(
            requestID: invocation.requestID, payload: [], contentType: nil,
            failure: InvocationFailure(
                kind: .throttled, errorType: "TooManyRequestsException"),
            isStreamed: false,
            report: InvocationReport(memoryMB: definition.memoryMB, peakMemoryMB: 0), log: [])
        ended(invocation, result, answerBytes: 0)
    }
}

extension InvocationResult {
    /// The same with its payload cut to what is kept.
    fileprivate var cut: InvocationResult {
        guard payload.count > RecordedInvocation.bodyBytesMax else { return self }
        return InvocationResult(
            requestID: requestID, payload: RecordedInvocation.cut(payload),
            contentType: contentType, failure: failure, isStreamed: isStreamed, report: report,
            log: log, explanation: explanation)
    }
}
