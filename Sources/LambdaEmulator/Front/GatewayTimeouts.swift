import Locking

/// The calls that an API waits for, and no longer than its integration's timeout: the caller is
/// told then, while the function may run on.
///
/// Source: "Amazon API Gateway quotas": 30 s for an HTTP API, 29 s for a REST API.
final class GatewayTimeouts: EmulatorPart {
    private struct State {
        var calls: [ObjectIdentifier: (call: FrontCall, dueNs: Int64)] = [:]
        /// No call is due earlier.
        var nextNs = Int64.max
    }

    private let loop: EventLoop
    private let state = Locked(State())

    init(loop: EventLoop) { self.loop = loop }

    func add(_ call: FrontCall, dueNs: Int64) {
        state.withLock { state in
            state.calls[ObjectIdentifier(call)] = (call, dueNs)
            state.nextNs = min(state.nextNs, dueNs)
        }
        loop.wake(byNs: dueNs)
    }

    func remove(_ call: FrontCall) {
        state.withLock { _ = $0.calls.removeValue(forKey: ObjectIdentifier(call)) }
    }

    func tick(at steadyNs: Int64) -> Int64 {
        let (due, next) = state.withLock { state -> ([FrontCall], Int64) in
            guard state.nextNs <= steadyNs else { return ([], state.nextNs) }
            let due = state.calls.values.filter { $0.dueNs <= steadyNs }.map(\.call)
            for call in due { state.calls.removeValue(forKey: ObjectIdentifier(call)) }
            state.nextNs = state.calls.values.reduce(.max) { min($0, $1.dueNs) }
            return (due, state.nextNs)
        }
        for call in due { call.timeOut() }
        return next
    }

    func join() { state.withLock { $0.calls = [:] } }
}
