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

    static func tooManyIdleRuntimes(countMax: Int) -> RuntimeRefusal {
        RuntimeRefusal(
            status: 500, errorType: "Runtime.TooManyIdleRuntimes",
            message: "at most \(countMax) requests for work may wait")
    }

    static let invokeTimeout = RuntimeRefusal(
        status: 410, errorType: "InvokeTimeout", message: "the invocation's time was over")

    static let tooLarge = RuntimeRefusal(
        status: 413, errorType: "RequestEntityTooLarge",
        message: "Exceeded maximum allowed payload size (6291556 bytes).")
}
import Locking

extension FunctionPool {
    /// An instance asks for work: it gets a waiting call at once, or waits itself.
    func next(port: UInt16, responder: HTTPResponder) throws(RuntimeRefusal) {
        let now = environment.clock.steadyNs()
        let outcome = state.withLock { state -> Result<(Step, HTTPResponder?), RuntimeRefusal> in
            guard let stage = state.instances[port]?.stage else {
                return .failure(.invalidState("this instance has ended"))
            }
            var replaced: HTTPResponder?
            switch stage {
            case .starting: initEnded(&state, port: port, at: now)
            case .serving:
                do throws(RuntimeRefusal) {
                    replaced = try makeRoom(&state, port: port)
                } catch { return .failure(error) }
            case .ending: return .failure(.invalidState("this instance is ending"))
            }
            return .success(
                (offerWork(&state, port: port, responder: responder, at: now), replaced))
        }
        let (step, replaced) = try outcome.get()
        replaced?.respond(status: 500)
        perform(step)
        if case .dispatch = step { growFurther(at: now) }
    }

    private func initEnded(_ state: inout State, port: UInt16, at now: Int64) {
        state.starting -= 1
        state.initNs = now - (state.instances[port]?.startedNs ?? now)
        state.instances[port]?.initNs = state.initNs
        state.instances[port]?.stage = .serving
        state.instances[port]?.deadlineNs = .max
    }

    /// Sees that one more /next may wait; returns the one it takes the place of, if any.
    private func makeRoom(
        _ state: inout State, port: UInt16
    ) throws(RuntimeRefusal) -> HTTPResponder? {
        guard let record = state.instances[port] else { return nil }
        if isShared {
            guard record.lanes.count < definition.invocationsPerInstanceMax else {
                throw .tooManyIdleRuntimes(countMax: definition.invocationsPerInstanceMax)
            }
            return nil
        }
        guard record.running.isEmpty else {
            throw .invalidState("the invocation has not been answered")
        }
        // A runtime that came back after it lost its connection: the last one counts.
        guard let former = state.instances[port]?.lanes.popLast() else { return nil }
        state.idle.removeAll { $0 == port }
        return former
    }

    private func offerWork(
        _ state: inout State, port: UInt16, responder: HTTPResponder, at now: Int64
    ) -> Step {
        let step: Step
        if let invocation = state.waiting.popFirst() {
            step = .dispatch(
                assign(invocation, &state, port: port, responder: responder, at: now))
        } else {
            state.instances[port]?.lanes.append(responder)
            state.idle.append(port)
            step = .none
        }
        if state.instances[port]?.countLanes() == true { state.grownNs = now }
        return step
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
            guard let record = state.instances[port] else { return .failure(.invalidRequestID()) }
            if record.running.contains(where: { $0.invocation.requestID == requestID }) {
                return .success(record.process)
            }
            return .failure(
                record.timedOut.contains(requestID) ? .invokeTimeout : .invalidRequestID())
        }.get()
    }

    private func finish(
        port: UInt16, requestID: String, payload: [UInt8], failure: InvocationFailure?
    ) throws(RuntimeRefusal) {
        let now = environment.clock.steadyNs()
        guard let (running, record) = take(requestID, from: port) else {
            throw .invalidRequestID()
        }
        report(record, running, at: now, failure: failure)
        running.invocation.complete(payload: payload, failure: failure)
        checkDrained()
    }

    /// Takes an invocation from its instance, so that exactly one party completes it; the record
    /// still has the duration of the init if no report told it before.
    func take(
        _ requestID: String, from port: UInt16, isTimeout: Bool = false
    ) -> (RunningInvocation, InstanceRecord)? {
        state.withLock { state in
            let place = state.instances[port]?.running.firstIndex {
                $0.invocation.requestID == requestID
            }
            guard let place, let running = state.instances[port]?.running.remove(at: place),
                let record = state.instances[port]
            else { return nil }
            state.instances[port]?.initNs = nil
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
