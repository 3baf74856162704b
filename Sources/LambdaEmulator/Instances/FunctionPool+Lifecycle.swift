internal import Glibc
internal import HTTPServer
import Locking

extension FunctionPool {
    /// Starts an instance that was reserved; on the loop's thread, because a process is killed
    /// when the thread that started it ends.
    func start(_ phase: InstanceRecord.Phase) {
        environment.loop.execute { [self] in launch(phase) }
    }

    private func launch(_ phase: InstanceRecord.Phase) {
        do {
            let port = try environment.openPort(self)
            let now = environment.clock.steadyNs()
            var record = InstanceRecord(
                port: port, phase: phase, startedNs: now,
                deadlineNs: isDebugged ? .max : now + limitNs(of: phase))
            let paths = definition.layers.isEmpty ? [] : definition.extensionPaths
            if !paths.isEmpty {
                record.extensions = ExtensionSet(
                    external: paths.map { path in
                        (Self.name(of: path), environment.identifiers.requestID())
                    })
            }
            let mayStart = state.withLock { state in
                state.launches -= 1
                record.generation = state.generation
                guard !state.isStopping else {
                    state.starting -= 1
                    return false
                }
                state.instances[port] = record
                return true
            }
            guard mayStart else { return environment.closePort(port) }
            let sampleNs = environment.limits.memorySampleMs * 1_000_000
            environment.loop.wake(byNs: min(record.deadlineNs, now + sampleNs))
            paths.isEmpty ? spawn(port) : spawnExtensions(port, paths: paths)
        } catch {
            state.withLock { $0.launches -= 1 }
            let failure = InstanceLaunchError(
                errorType: "Sandbox.Failure", message: "no port for the Runtime API")
            failedToStart(port: nil, failure)
        }
    }

    private func limitNs(of phase: InstanceRecord.Phase) -> Int64 {
        let ms = phase == .initialize ? environment.limits.initMs : Int64(definition.timeoutMs)
        return ms * 1_000_000
    }

    func makeLaunch(_ port: UInt16) -> InstanceLaunch {
        InstanceLaunch(
            definition: definition, runtimeAPI: "127.0.0.1:\(port)",
            logStream: environment.identifiers.logStream(unixMs: environment.clock.unixMs()),
            isStopped: isDebugged,
            output: { [weak self] in self?.printed($0, port: port) },
            exited: { [weak self] in self?.exited($0, port: port) })
    }

    /// Starts the runtime; on the loop's thread.
    func spawn(_ port: UInt16) {
        // An extension may have failed meanwhile.
        guard state.withLock({ $0.instances[port]?.isEnding == false }) else { return }
        do {
            let process = try environment.spawner.start(makeLaunch(port))
            let isWanted = state.withLock { state in
                guard state.instances[port]?.isEnding == false else { return false }
                state.instances[port]?.process = process
                state.instances[port]?.isHeld = isDebugged
                return true
            }
            if !isWanted { process.signal(SIGKILL) }
            if isDebugged { tellDebugger(process) }
        } catch {
            failedToStart(port: port, error)
        }
    }

    private func failedToStart(port: UInt16?, _ error: InstanceLaunchError) {
        environment.log.note("\(definition.name): \(error.errorType): \(error.message)")
        if let port {
            let now = environment.clock.steadyNs()
            let generation = state.withLock { state in
                retire(&state, port: port, at: now, because: .failure)
                return state.instances[port]?.generation
            }
            if let generation { noteFailedStart(of: generation) }
        } else {
            state.withLock { $0.starting -= 1 }
        }
        let failure = InvocationFailure(kind: .runtime, errorType: error.errorType)
        failWaiting(failure, FailureExplanation("no process could be started: \(error.message)")) {
            FailurePayload.make(
                type: error.errorType, message: "RequestId: \($0) Error: \(error.message)")
        }
        // Its extensions may have been started.
        if let port { shutDownExtensions(port) }
    }

    /// No instance came up: what waits is failed, unless another instance lives to serve it.
    func failWaiting(
        _ failure: InvocationFailure, _ explanation: FailureExplanation?,
        _ payload: (String) -> [UInt8]
    ) {
        let failed = state.withLock { state in
            state.instances.values.contains { !$0.isEnding } || state.launches > 0
                ? [] : state.waiting.removeAll()
        }
        for invocation in failed {
            invocation.complete(
                payload: payload(invocation.requestID), failure: failure,
                explanation: explanation, report: emptyReport)
        }
        checkDrained()
    }

    /// The runtime said that its initialization failed; the posted body is the callers' answer.
    func initFailed(
        port: UInt16, payload: [UInt8], errorType: String
    ) throws(RuntimeRefusal) {
        let now = environment.clock.steadyNs()
        let patienceNs = environment.limits.exitAfterInitErrorMs * 1_000_000
        let record = try state.withLock { state throws(RuntimeRefusal) in
            guard let record = state.instances[port] else { throw .ended }
            guard record.isStarting else {
                throw .transition(from: record.state, to: .initError, lint: .lateInitError)
            }
            state.starting -= 1
            state.instances[port]?.stage = .ending
            state.instances[port]?.hasPostedInitError = true
            // A runtime ends itself after this; one that does not is ended.
            state.instances[port]?.deadlineNs = now + patienceNs
            return record
        }
        environment.loop.wake(byNs: now + patienceNs)
        let failure = InvocationFailure(kind: .runtime, errorType: errorType)
        reportInit(of: record, at: now, failure)
        noteFailedStart(of: record.generation)
        failWaiting(failure, nil) { _ in payload }
    }
}
