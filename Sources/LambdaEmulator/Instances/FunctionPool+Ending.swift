internal import Glibc
internal import HTTPServer
import Locking

extension FunctionPool {
    /// Accepts no further call; `whenDrained` is called once when nothing runs or waits any more.
    func drain(whenDrained: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.isStopping = true
            state.whenDrained = whenDrained
        }
        checkDrained()
    }

    func checkDrained() {
        let drained = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.whenDrained != nil, state.waiting.isEmpty, state.inFlight == 0 else {
                return nil
            }
            return state.whenDrained.take()
        }
        drained?()
    }

    /// Refuses what still waits, lets go of every /next and signals every process.
    func end(with signal: Int32) {
        let (waiting, records) = state.withLock { state in
            let records = Array(state.instances.values)
            state.idle = []
            for record in records {
                state.instances[record.port]?.lanes = []
                guard record.running.isEmpty, !record.isEnding else { continue }
                if record.isStarting { state.starting -= 1 }
                state.instances[record.port]?.stage = .ending
                state.instances[record.port]?.deadlineNs = .max
            }
            return (state.waiting.removeAll(), records)
        }
        for invocation in waiting { invocation.refuse(.stopping) }
        for record in records {
            record.process?.signal(signal)
            for responder in record.lanes { responder.respond(status: 500) }
        }
    }

    /// How many processes still live.
    var liveCount: Int { state.withLock { $0.instances.count + $0.launches } }
}
