internal import Glibc
internal import HTTPServer
import Locking

extension FunctionPool {
    /// Starts the instance that `reserveStart` reserved; on the loop's thread, because a process
    /// is killed when the thread that started it ends.
    func start() { environment.loop.execute { [self] in launch() } }

    private func launch() {
        do {
            let port = try environment.openPort(self)
            let now = environment.clock.steadyNs()
            let deadlineNs = now + environment.limits.initMs * 1_000_000
            let mayStart = state.withLock { state in
                state.launches -= 1
                guard !state.isStopping else {
                    state.starting -= 1
                    return false
                }
                state.instances[port] = InstanceRecord(
                    port: port, startedNs: now, deadlineNs: deadlineNs)
                return true
            }
            guard mayStart else { return environment.closePort(port) }
            environment.loop.wake(byNs: deadlineNs)
            spawn(port)
        } catch {
            state.withLock { $0.launches -= 1 }
            let failure = InstanceLaunchError(
                errorType: "Sandbox.Failure", message: "no port for the Runtime API")
            failedToStart(port: nil, failure)
        }
    }

    private func spawn(_ port: UInt16) {
        let launch = InstanceLaunch(
            definition: definition, runtimeAPI: "127.0.0.1:\(port)",
            output: { [weak self] in self?.printed($0, port: port) },
            exited: { [weak self] in self?.exited($0, port: port) })
        do {
            let process = try environment.spawner.start(launch)
            let isWanted = state.withLock { state in
                state.instances[port]?.process = process
                return state.instances[port]?.isEnding == false
            }
            if !isWanted { process.signal(SIGKILL) }
        } catch {
            failedToStart(port: port, error)
        }
    }

    private func failedToStart(port: UInt16?, _ error: InstanceLaunchError) {
        environment.log.note("\(definition.name): \(error.errorType): \(error.message)")
        if let port {
            state.withLock { _ = $0.instances.removeValue(forKey: port) }
            environment.closePort(port)
        }
        state.withLock { $0.starting -= 1 }
        failWaiting(error.errorType) { requestID in
            FailurePayload.make(
                type: error.errorType,
                message: "RequestId: \(requestID) Error: \(error.message)")
        }
    }

    /// No instance came up: what waits is failed, unless another instance lives to serve it.
    private func failWaiting(_ errorType: String, _ payload: (String) -> [UInt8]) {
        let failed = state.withLock { state in
            state.instances.values.contains { !$0.isEnding } || state.launches > 0
                ? [] : state.waiting.removeAll()
        }
        let kind: InvocationFailure.Kind = errorType == "Sandbox.Timedout" ? .timeout : .runtime
        for invocation in failed {
            invocation.complete(
                payload: payload(invocation.requestID),
                failure: InvocationFailure(kind: kind, errorType: errorType),
                report: emptyReport)
        }
        checkDrained()
    }

    /// The runtime said that its initialization failed; the posted body is the callers' answer.
    func initFailed(
        port: UInt16, payload: [UInt8], errorType: String
    ) throws(RuntimeRefusal) {
        let now = environment.clock.steadyNs()
        let record = state.withLock { state -> InstanceRecord? in
            guard let record = state.instances[port], record.isStarting else { return nil }
            state.starting -= 1
            state.instances[port]?.stage = .ending
            // A runtime ends itself after this; one that does not is ended.
            state.instances[port]?.deadlineNs = now + 2_000_000_000
            return record
        }
        guard let record else { throw .invalidState("the initialization is over") }
        environment.loop.wake(byNs: now + 2_000_000_000)
        let failure = InvocationFailure(kind: .runtime, errorType: errorType)
        environment.log.lines(
            [PlatformLines.initReport(durationNs: now - record.startedNs, failure: failure)],
            from: definition.name)
        failWaiting(errorType) { _ in payload }
    }

    /// A process has ended and is reaped: all it ran is failed.
    func exited(_ exit: ProcessExit, port: UInt16) {
        let now = environment.clock.steadyNs()
        let (record, step) = state.withLock { state -> (InstanceRecord?, Step) in
            guard let record = state.instances.removeValue(forKey: port) else {
                return (nil, .none)
            }
            state.idle.removeAll { $0 == port }
            if record.isStarting { state.starting -= 1 }
            return (record, record.isStarting ? .none : grow(&state, at: now))
        }
        environment.closePort(port)
        guard let record else { return }
        perform(step)
        let failure = InvocationFailure(kind: .runtime, errorType: "Runtime.ExitError")
        if record.isStarting {
            let line = PlatformLines.initReport(
                durationNs: now - record.startedNs, failure: failure)
            environment.log.lines([line], from: definition.name)
            failWaiting("Runtime.ExitError") { FailurePayload.exit($0, exit) }
        }
        for (index, running) in record.running.enumerated() {
            var told = record
            if index > 0 { told.initNs = nil }
            let report = report(told, running, at: now, failure: failure)
            running.invocation.complete(
                payload: FailurePayload.exit(running.invocation.requestID, exit),
                failure: failure, report: report)
        }
        for responder in record.lanes { responder.respond(status: 500) }
        noteIdleEnd(of: record, exit)
        checkDrained()
    }

    private func noteIdleEnd(of record: InstanceRecord, _ exit: ProcessExit) {
        guard record.running.isEmpty, !record.lanes.isEmpty,
            !state.withLock({ $0.isStopping })
        else { return }
        let reason = exit.reason ?? "no reason"
        environment.log.note("\(definition.name): an idle instance ended: \(reason)")
    }
}
