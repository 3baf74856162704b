internal import Glibc
internal import HTTPServer
import Locking

/// External extensions: programs of layers that run beside the runtime.
extension FunctionPool {
    /// Starts them; the runtime follows when all have registered. On the loop's thread.
    func spawnExtensions(_ port: UInt16, paths: [String]) {
        guard paths.count <= ExtensionSet.countMax else {
            let reason = "more than \(ExtensionSet.countMax) extensions"
            return launchFailed(port, nil, reason: reason, errorType: "TooManyExtensions")
        }
        for path in paths {
            let name = Self.name(of: path)
            var launch = makeLaunch(port)
            launch.extensionPath = path
            launch.isStopped = false
            launch.exited = { [weak self] in self?.extensionExited($0, name: name, port: port) }
            do throws(InstanceLaunchError) {
                let process = try environment.spawner.start(launch)
                state.withLock { state in
                    state.instances[port]?.extensions?.setProcess(process, of: name)
                }
            } catch {
                let type = error.code == EACCES ? "PermissionDenied" : "UnknownError"
                return launchFailed(port, name, reason: error.message, errorType: type)
            }
        }
    }

    static func name(of path: String) -> String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }

    private func launchFailed(
        _ port: UInt16, _ name: String?, reason: String, errorType: String
    ) {
        state.withLock { state in
            guard let name else { return }
            state.instances[port]?.extensions?.setLaunchError(errorType, of: name)
        }
        extensionFailed(port, type: "Extension.LaunchError", reason: reason)
    }

    /// A process of an extension has ended and is reaped.
    private func extensionExited(_ exit: ProcessExit, name: String, port: UInt16) {
        let failure = state.withLock { state -> String? in
            let former = state.instances[port]?.extensions?.setExited(name)
            guard state.instances[port]?.isEnding == false else { return nil }
            switch former {
            case .initError: return "Extension.InitError"
            case .exitError: return "Extension.ExitError"
            default: return "Extension.Crash"
            }
        }
        if let failure {
            extensionFailed(port, type: failure, reason: exit.reason ?? "exit code 0", name: name)
        }
        removeIfOver(port)
    }

    /// As on AWS an instance ends with any of its extensions, and what it runs fails.
    private func extensionFailed(
        _ port: UInt16, type: String, reason: String, name: String? = nil
    ) {
        let now = environment.clock.steadyNs()
        let (record, running) = state.withLock { state in
            let record = state.instances[port]
            let running = state.instances[port]?.running ?? []
            state.instances[port]?.running = []
            retire(&state, port: port, at: now, because: .failure)
            return (record, running)
        }
        guard let record, !record.isEnding else { return }
        let failure = InvocationFailure(kind: .runtime, errorType: type)
        let whose = name.map { "its extension \($0)" } ?? "an extension of it"
        let explanation = FailureExplanation(
            "\(whose) failed: \(reason); the instance is ended", output: record.output)
        note(explanation, of: running.first?.invocation.requestID)
        func payload(_ requestID: String) -> [UInt8] {
            FailurePayload.make(type: type, message: "RequestId: \(requestID) Error: \(reason)")
        }
        if record.isStarting {
            if let extensions = record.extensions {
                environment.log.lines(Self.lines(of: extensions), from: definition.name)
            }
            reportInit(of: record, at: now, failure)
            noteFailedStart(of: record.generation)
            failWaiting(failure, explanation, payload)
        }
        for running in running {
            let report = report(record, running, at: now, failure: failure)
            running.invocation.complete(
                payload: payload(running.invocation.requestID), failure: failure,
                explanation: explanation, report: report)
        }
        askToEnd(record)
        checkDrained()
    }

    /// The runtime has ended, or was never started: extensions are told, and have until the end of
    /// the instance's time.
    func shutDownExtensions(_ port: UInt16) {
        let now = environment.clock.steadyNs()
        var event: [UInt8] = []
        let told =
            state.withLock { state in
                guard state.instances[port]?.extensions?.areAlive == true else { return nil }
                let endNs = state.instances[port]?.endNs ?? now
                state.instances[port]?.deadlineNs = endNs
                event = shutdownEvent(state, port: port, at: now)
                return state.instances[port]?.extensions?.shutDown()
            } as (lanes: [HTTPResponder], untold: [any InstanceProcess])?
        if let told {
            environment.loop.wake(byNs: now)
            for process in told.untold { process.signal(SIGKILL) }
            for lane in told.lanes { lane.respond(status: 200, fields: Self.json, body: event) }
        }
        removeIfOver(port)
    }

    func shutdownEvent(_ state: borrowing State, port: UInt16, at now: Int64) -> [UInt8] {
        let endNs = state.instances[port]?.endNs ?? now
        return ExtensionEvent.shutdown(
            state.instances[port]?.endReason ?? .spindown,
            deadlineMs: environment.clock.unixMs() + max(0, endNs - now) / 1_000_000)
    }

    /// The instance is forgotten when nothing of it lives any more.
    func removeIfOver(_ port: UInt16) {
        let now = environment.clock.steadyNs()
        let step = state.withLock { state -> Step? in
            guard let record = state.instances[port], record.isEnding, record.process == nil,
                record.extensions?.areAlive != true
            else { return nil }
            state.instances[port] = nil
            return grow(&state, at: now)
        }
        guard let step else { return }
        environment.closePort(port)
        perform(step)
        checkDrained()
    }
}

extension ExtensionSet {
    private mutating func change(_ name: String, _ change: (inout Member) -> Void) {
        for index in members.indices where members[index].isExternal && members[index].name == name
        {
            change(&members[index])
        }
    }

    mutating func setProcess(_ process: any InstanceProcess, of name: String) {
        change(name) { $0.process = process }
    }

    mutating func setLaunchError(_ errorType: String, of name: String) {
        change(name) { member in
            member.state = .launchError
            member.errorType = errorType
        }
    }

    /// - Returns: The state before.
    mutating func setExited(_ name: String) -> State? {
        var former: State?
        change(name) { member in
            former = member.state
            // What it said of its failure is told in the end.
            if member.errorType == nil { member.state = .exited }
            member.process = nil
            member.lane = nil
        }
        return former
    }
}
