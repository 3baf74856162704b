internal import HTTPServer
import Locking

/// New code takes over from old code without a gap: the old instances serve until an instance of
/// the new code has asked for work, and finish what they run.
extension FunctionPool {
    /// The function's code has changed.
    ///
    /// - Parameter path: What has changed.
    func reload(because path: String) {
        guard !isDebugged else {
            return environment.log.note(
                "\(definition.name): \(path) has changed; the process that is debugged goes on")
        }
        let step = state.withLock { state -> Step in
            guard !state.isStopping else { return .none }
            state.generation += 1
            // Without any instance the next call starts one of the new code.
            guard state.instances.values.contains(where: { !$0.isEnding }) || state.launches > 0
            else { return .none }
            state.starting += 1
            state.launches += 1
            return .start(1, .initialize)
        }
        environment.log.note("\(definition.name): \(path) has changed: the new code is taken up")
        perform(step)
    }

    /// The code cannot be built, or can be again; until then calls are refused.
    func noteBuild(_ failure: BuildFailure?) { state.withLock { $0.buildFailure = failure } }

    /// An instance of the newest code has come up: the others are ended, at once or after what they
    /// run.
    ///
    /// - Returns: Those that are to be asked to end.
    func retireOlder(
        _ state: inout State, than generation: Int, at now: Int64
    ) -> [InstanceRecord] {
        var ended: [InstanceRecord] = []
        for record in state.instances.values
        where record.generation < generation && record.stage == .serving && !record.isRetiring {
            if record.running.isEmpty, !record.lanes.isEmpty {
                retire(&state, port: record.port, at: now)
                ended.append(record)
            } else {
                state.idle.removeAll { $0 == record.port }
                state.instances[record.port]?.isRetiring = true
            }
        }
        return ended
    }

    /// A retiring instance asks for work: it gets none, and ends when nothing more runs.
    func restRetiring(
        _ state: inout State, port: UInt16, responder: HTTPResponder, at now: Int64
    ) -> [InstanceRecord] {
        state.instances[port]?.lanes.append(responder)
        guard let record = state.instances[port], record.running.isEmpty else { return [] }
        retire(&state, port: port, at: now)
        return [record]
    }

    /// True when instances of the newest code do not come up, and older ones serve.
    func servesOldCode(_ state: borrowing State) -> Bool {
        state.failedGeneration == state.generation
            && state.instances.values.contains {
                $0.stage == .serving && !$0.isRetiring && $0.generation < state.generation
            }
    }

    /// A start has failed: the old code goes on, if it serves.
    func noteFailedStart(of generation: Int) {
        let isOldCodeKept = state.withLock { state in
            guard generation == state.generation else { return false }
            state.failedGeneration = generation
            return servesOldCode(state)
        }
        guard isOldCodeKept else { return }
        environment.log.note(
            "\(definition.name): the new code does not start; the old code goes on")
    }
}
