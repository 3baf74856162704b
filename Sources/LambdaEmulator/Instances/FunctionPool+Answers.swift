import Locking

extension FunctionPool {
    /// A function has answered, or has posted an error.
    ///
    /// The id is looked at before the state: a wrong id must change nothing.
    func answer(
        port: UInt16, requestID: String, payload: [UInt8], contentType: String?,
        failure: InvocationFailure?
    ) throws(RuntimeRefusal) {
        let target: RuntimeRefusal.State = failure == nil ? .answering : .answeringError
        let process = try running(requestID, on: port, to: target).process
        guard payload.count <= environment.limits.responseBytesMax else {
            try answerTooLarge(
                port: port, requestID: requestID, bytesMax: environment.limits.responseBytesMax)
            throw .tooLarge(bytesMax: environment.limits.responseBytesMax)
        }
        // What it printed before it answered belongs before the END line.
        process?.drainOutput()
        try finish(
            port: port, requestID: requestID, payload: payload, contentType: contentType,
            failure: failure)
    }

    /// The answer was larger than AWS takes: the caller is told, the instance lives on.
    func answerTooLarge(
        port: UInt16, requestID: String, bytesMax: Int
    ) throws(RuntimeRefusal) {
        _ = try running(requestID, on: port)
        try streamedTooLarge(port: port, requestID: requestID, bytesMax: bytesMax)
    }

    /// The answer names a mode that there is not: the caller is told, and the refusal returned.
    func refuseMode(
        port: UInt16, requestID: String
    ) throws(RuntimeRefusal) -> RuntimeRefusal {
        _ = try running(requestID, on: port)
        let type = "Runtime.InvalidResponseModeHeader"
        try finish(
            port: port, requestID: requestID,
            payload: FailurePayload.make(
                type: type, message: "RequestId: \(requestID) Error: Invalid function response mode"
            ),
            failure: InvocationFailure(kind: .runtime, errorType: type))
        return .invalidResponseMode
    }

    /// A function begins an answer that it makes bit by bit.
    func beginAnswer(
        port: UInt16, requestID: String, contentType: String
    ) throws(RuntimeRefusal) -> Invocation {
        _ = try running(requestID, on: port)
        let begun = state.withLock { state -> Invocation? in
            guard let place = place(of: requestID, in: state, port: port) else { return nil }
            state.instances[port]?.running[place].isAnswering = true
            return state.instances[port]?.running[place].invocation
        }
        guard let begun else { throw .invalidRequestID() }
        begun.beginAnswer(contentType: contentType)
        return begun
    }

    /// The end of such an answer: nil when it is complete, or what failed with its error's JSON.
    func endAnswer(
        port: UInt16, requestID: String, failure: (InvocationFailure, payload: [UInt8])?
    ) throws(RuntimeRefusal) {
        state.withLock { $0.instances[port]?.process }?.drainOutput()
        try finish(
            port: port, requestID: requestID, payload: failure?.payload, failure: failure?.0)
    }

    /// A streamed answer that is larger than it may be: its caller is told at once.
    func streamedTooLarge(
        port: UInt16, requestID: String, bytesMax: Int
    ) throws(RuntimeRefusal) {
        try finish(
            port: port, requestID: requestID, payload: FailurePayload.tooLarge(bytesMax: bytesMax),
            failure: .tooLarge)
    }

    /// What runs under an id that may still be answered.
    private func running(
        _ requestID: String, on port: UInt16, to target: RuntimeRefusal.State = .answering
    ) throws(RuntimeRefusal) -> (invocation: Invocation, process: (any InstanceProcess)?) {
        try state.withLock { state throws(RuntimeRefusal) in
            guard let place = place(of: requestID, in: state, port: port),
                let running = state.instances[port]?.running[place]
            else { throw refusal(of: requestID, state, port: port, to: target) }
            guard !running.isAnswering else {
                // What has several invocations at once has no state that could be the wrong one.
                throw isShared
                    ? .invalidRequestID(.answersWhileAnswering)
                    : .transition(
                        from: .answering, to: target, lint: .answersWhileAnswering)
            }
            return (running.invocation, state.instances[port]?.process)
        }
    }

    /// Of an answer to what does not run: a classic instance may have answered it just before.
    private func refusal(
        of requestID: String, _ state: borrowing State, port: UInt16,
        to target: RuntimeRefusal.State
    ) -> RuntimeRefusal {
        guard let record = state.instances[port] else { return .invalidRequestID(nil) }
        if record.timedOut.contains(requestID) { return .invokeTimeout }
        guard record.answeredID == requestID else { return .invalidRequestID() }
        return .transition(from: .answered, to: target, lint: .answeredTwice)
    }

    private func place(of requestID: String, in state: State, port: UInt16) -> Int? {
        state.instances[port]?.running.firstIndex { $0.invocation.requestID == requestID }
    }

    private func finish(
        port: UInt16, requestID: String, payload: [UInt8]?, contentType: String? = nil,
        failure: InvocationFailure?
    ) throws(RuntimeRefusal) {
        let now = environment.clock.steadyNs()
        guard let (running, record) = take(requestID, from: port, at: now) else {
            throw .invalidRequestID()
        }
        let report = report(record, running, at: now, failure: failure)
        running.invocation.complete(
            payload: payload, contentType: contentType, failure: failure, report: report)
        checkDrained()
    }

    /// Takes an invocation from its instance, so that exactly one party completes it; the record
    /// still has the duration of the init if no report told it before.
    func take(
        _ requestID: String, from port: UInt16, at now: Int64, isTimeout: Bool = false
    ) -> (RunningInvocation, InstanceRecord)? {
        state.withLock { state in
            guard let place = place(of: requestID, in: state, port: port),
                let running = state.instances[port]?.running.remove(at: place),
                let record = state.instances[port]
            else { return nil }
            state.instances[port]?.initNs = nil
            state.instances[port]?.answeredNs = now
            if !isShared {
                state.instances[port]?.answeredID = requestID
                state.instances[port]?.returnByNs = running.deadlineNs
            }
            if isTimeout { noteTimeout(of: requestID, &state, port: port) }
            return (running, record)
        }
    }

    private func noteTimeout(of requestID: String, _ state: inout State, port: UInt16) {
        state.instances[port]?.timedOut.append(requestID)
        if let count = state.instances[port]?.timedOut.count,
            count > definition.invocationsPerInstanceMax
        {
            state.instances[port]?.timedOut.removeFirst()
        }
    }
}
