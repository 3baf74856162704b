internal import HTTPServer

/// What the Runtime API says to a request it refuses.
struct RuntimeRefusal: Error {
    let status: Int
    let errorType: String
    let message: String

    static func invalidRequestID(_ message: String = "Invalid request ID") -> RuntimeRefusal {
        RuntimeRefusal(status: 400, errorType: "InvalidRequestID", message: message)
    }

    static func invalidState(_ message: String) -> RuntimeRefusal {
        RuntimeRefusal(status: 403, errorType: "InvalidStateTransition", message: message)
    }

    static let tooLarge = RuntimeRefusal(
        status: 413, errorType: "RequestEntityTooLarge",
        message: "Exceeded maximum allowed payload size (6291556 bytes).")
}
import Synchronization

extension FunctionPool {
    /// An instance asks for work: it gets a waiting call at once, or waits itself.
    func next(port: UInt16, responder: HTTPResponder) throws(RuntimeRefusal) {
        let now = environment.clock.steadyNs()
        let outcome = state.withLock { state -> Result<(Step, HTTPResponder?), RuntimeRefusal> in
            guard let record = state.instances[port] else {
                return .failure(.invalidState("this instance has ended"))
            }
            var replaced: HTTPResponder?
            switch record.phase {
            case .starting:
                state.starting -= 1
                state.instances[port]?.initNs = now - record.startedNs
            case .idle(let former):
                // A runtime that came back after it lost its connection: the last one counts.
                replaced = former
                state.idle.removeAll { $0 == port }
            case .answered: break
            case .busy: return .failure(.invalidState("the invocation has not been answered"))
            case .ending: return .failure(.invalidState("this instance is ending"))
            }
            return .success(
                (offerWork(&state, port: port, responder: responder, at: now), replaced))
        }
        let (step, replaced) = try outcome.get()
        replaced?.respond(status: 500)
        perform(step)
        if case .dispatch = step { startAnother() }
    }

    private func offerWork(
        _ state: inout State, port: UInt16, responder: HTTPResponder, at now: Int64
    ) -> Step {
        if let invocation = state.waiting.popFirst() {
            let dispatch = assign(
                invocation, &state, port: port, responder: responder, at: now)
            return .dispatch(dispatch)
        }
        state.instances[port]?.phase = .idle(responder)
        state.instances[port]?.deadlineNs = .max
        state.idle.append(port)
        return .none
    }

    /// Calls still wait although an instance has just become free: one more may come up.
    private func startAnother() {
        if state.withLock({ reserveStart(&$0) }) { start() }
    }

    /// A function has answered, or has posted an error.
    ///
    /// The id is looked at before the state: a wrong id must change nothing.
    func answer(
        port: UInt16, requestID: String, payload: [UInt8], failure: InvocationFailure?
    ) throws(RuntimeRefusal) {
        let process = try process(of: requestID, on: port)
        guard payload.count <= environment.limits.responseBytesMax else {
            try answerTooLarge(port: port, requestID: requestID)
            throw .tooLarge
        }
        // What it printed before it answered belongs before the END line.
        process?.drainOutput()
        try finish(port: port, requestID: requestID, payload: payload, failure: failure)
    }

    /// The answer was larger than AWS takes: the caller is told, the instance lives on.
    func answerTooLarge(port: UInt16, requestID: String) throws(RuntimeRefusal) {
        _ = try process(of: requestID, on: port)
        let type = "Function.ResponseSizeTooLarge"
        let message =
            "Response payload size exceeded maximum allowed payload size "
            + "(\(environment.limits.responseBytesMax) bytes)."
        try finish(
            port: port, requestID: requestID,
            payload: FailurePayload.make(type: type, message: message),
            failure: InvocationFailure(kind: .function, errorType: type))
    }

    private func process(
        of requestID: String, on port: UInt16
    ) throws(RuntimeRefusal) -> (any InstanceProcess)? {
        try state.withLock { state -> Result<(any InstanceProcess)?, RuntimeRefusal> in
            guard let record = state.instances[port],
                record.invocation?.requestID == requestID
            else { return .failure(.invalidRequestID()) }
            return .success(record.process)
        }.get()
    }

    private func finish(
        port: UInt16, requestID: String, payload: [UInt8], failure: InvocationFailure?
    ) throws(RuntimeRefusal) {
        let now = environment.clock.steadyNs()
        let finished = state.withLock { state -> InstanceRecord? in
            guard let record = state.instances[port], record.invocation?.requestID == requestID
            else { return nil }
            state.instances[port]?.phase = .answered
            state.instances[port]?.initNs = nil
            return record
        }
        guard let finished, let invocation = finished.invocation else { throw .invalidRequestID() }
        report(finished, invocation, at: now, failure: failure)
        invocation.complete(payload: payload, failure: failure)
        checkDrained()
    }
}
