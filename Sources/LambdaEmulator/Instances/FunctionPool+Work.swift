import Locking

internal import HTTPServer

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
}
