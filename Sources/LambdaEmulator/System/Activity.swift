import Locking

/// Counts what is under way on behalf of events, and tells whoever waits when nothing is.
///
/// Whatever leads to something further begins that before it ends itself, so that the count is
/// zero only when all of it is over.
final class Activity: Sendable {
    private struct State {
        var count = 0
        var begunCount = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let state = Locked(State())

    func begin() {
        state.withLock { state in
            state.count += 1
            state.begunCount += 1
        }
    }

    /// How much has begun until now: what it was before, nothing has begun since.
    var begunCount: Int { state.withLock { $0.begunCount } }

    func end() {
        let ready = state.withLock { state -> [@Sendable () -> Void] in
            state.count -= 1
            guard state.count == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in ready { one() }
    }

    /// Calls the body once nothing is under way, maybe at once.
    func whenIdle(_ body: @escaping @Sendable () -> Void) {
        let isIdle = state.withLock { state in
            if state.count > 0 { state.waiting.append(body) }
            return state.count == 0
        }
        if isIdle { body() }
    }
}
