import Locking

internal import HTTPServer

extension FunctionPool {
    /// What becomes of a request for work.
    private enum Asked {
        case refused(RuntimeRefusal)
        /// A waiting call was found, or the lane waits; the former request is answered 500.
        case taken(Step, replaced: HTTPResponder?)
        /// There is nothing more for it to do, since newer code serves.
        case retired([InstanceRecord])
        /// The event that it has been given already is handed over again, as AWS does.
        case again(Dispatch)
    }

    /// An instance asks for work: it gets a waiting call at once, or waits itself.
    func next(port: UInt16, responder: HTTPResponder) throws(RuntimeRefusal) {
        let now = environment.clock.steadyNs()
        var older: [InstanceRecord] = []
        var replaced: HTTPResponder?
        var lines: [[UInt8]] = []
        let asked = state.withLock { state -> Asked in
            var isOrdinary = true
            switch state.instances[port]?.stage {
            case .starting:
                if parkStarting(&state, port: port, responder: responder, &replaced) {
                    return .taken(.none, replaced: replaced)
                }
                older = initEnded(&state, port: port, at: now)
                if let extensions = state.instances[port]?.extensions {
                    lines = Self.lines(of: extensions)
                }
            case .serving:
                if let other = otherThanWork(state, port: port, responder: responder, at: now) {
                    return other
                }
                isOrdinary = state.instances[port]?.isOrdinary ?? true
                if !isOrdinary, state.instances[port]?.isRetiring == true {
                    return .retired(
                        restRetiring(&state, port: port, responder: responder, at: now))
                }
            case .ending, nil: return .refused(.ended)
            }
            if !isShared { replaced = replaceLane(&state, port: port) }
            if !isOrdinary, state.instances[port]?.extensions?.areBusy == true {
                state.instances[port]?.lanes.append(responder)
                return .taken(.none, replaced: replaced)
            }
            let step = offerWork(&state, port: port, responder: responder, at: now)
            return .taken(step, replaced: replaced)
        }
        switch asked {
        case .refused(let refusal): throw refusal
        case .retired(let records): for record in records { askToEnd(record) }
        case .again(let dispatch):
            tell(.nextWhileRunning, port: port)
            handOver(dispatch)
        case .taken(let step, let replaced):
            if let replaced {
                tell(.nextReplaced, port: port)
                replaced.respond(status: 500)
            }
            environment.log.lines(lines, from: definition.name)
            perform(step)
            if case .dispatch = step { growFurther(at: now) }
            for record in older { askToEnd(record) }
        }
    }

    /// The runtime is ready; true when its extensions are not, and it waits for them.
    private func parkStarting(
        _ state: inout State, port: UInt16, responder: HTTPResponder,
        _ replaced: inout HTTPResponder?
    ) -> Bool {
        guard state.instances[port]?.extensions != nil else { return false }
        state.instances[port]?.extensions?.isClosed = true
        guard state.instances[port]?.extensions?.areReady == false else { return false }
        if !isShared { replaced = replaceLane(&state, port: port) }
        state.instances[port]?.lanes.append(responder)
        return true
    }

    /// - Returns: Instances of older code, which are to be asked to end.
    func initEnded(
        _ state: inout State, port: UInt16, at now: Int64
    ) -> [InstanceRecord] {
        state.starting -= 1
        state.initNs = now - (state.instances[port]?.startedNs ?? now)
        // A start that is part of an invocation has no duration of its own.
        if state.instances[port]?.phase == .initialize {
            state.instances[port]?.initNs = state.initNs
        }
        state.instances[port]?.stage = .serving
        state.instances[port]?.deadlineNs = .max
        return retireOlder(&state, than: state.instances[port]?.generation ?? 0, at: now)
    }

    /// What a serving instance gets that must not ask for work now; nil when it may.
    private func otherThanWork(
        _ state: borrowing State, port: UInt16, responder: HTTPResponder, at now: Int64
    ) -> Asked? {
        if isShared {
            let countMax = definition.invocationsPerInstanceMax
            let count = state.instances[port]?.lanes.count ?? 0
            return count < countMax ? nil : .refused(.tooManyIdleRuntimes(countMax: countMax))
        }
        guard let running = state.instances[port]?.running.first else { return nil }
        guard !running.isAnswering else {
            return .refused(.transition(from: .answering, to: .ready, lint: .nextWhileAnswering))
        }
        // A runtime that has lost its event, with its connection perhaps, gets it once more.
        return .again(
            Dispatch(
                invocation: running.invocation, responder: responder,
                lookNs: running.deadlineNs,
                leftMs: max(0, running.deadlineNs - now) / 1_000_000))
    }

    /// A classic runtime that came back after it lost its connection: the last request counts.
    private func replaceLane(_ state: inout State, port: UInt16) -> HTTPResponder? {
        state.instances[port]?.answeredID = nil
        guard let former = state.instances[port]?.lanes.popLast() else { return nil }
        state.idle.removeAll { $0 == port }
        return former
    }

    func offerWork(
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
        if case .none = step { rest(&state, port: port) }
        return step
    }

    /// It may have nothing more to do.
    private func rest(_ state: inout State, port: UInt16) {
        guard state.instances[port]?.running.isEmpty == true else { return }
        if environment.policy.idleTimeoutMs != nil {
            state.instances[port]?.idleSinceMs = environment.virtualClock.unixMs
        }
        guard environment.policy.freezesIdle, !isDebugged,
            state.instances[port]?.isIdle == true
        else { return }
        state.instances[port]?.setFrozen(true)
    }
}
