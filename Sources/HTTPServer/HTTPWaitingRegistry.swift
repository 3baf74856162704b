import Locking

/// Something that may keep a connection suspended.
protocol HTTPSuspendable: AnyObject, Sendable {
    /// Lets go of the connection: the server is about to stop.
    func serverStops()
}

/// What keeps connections suspended: libmicrohttpd must not be stopped while one is.
final class HTTPWaitingRegistry: Sendable {
    private struct State {
        var isStopping = false
        var waiting: [ObjectIdentifier: any HTTPSuspendable] = [:]
    }

    private let state = Locked(State())

    /// Remembers what is about to suspend its connection; false once the server is stopping.
    func remember(_ waiting: any HTTPSuspendable) -> Bool {
        state.withLock { state in
            guard !state.isStopping else { return false }
            state.waiting[ObjectIdentifier(waiting)] = waiting
            return true
        }
    }

    func forget(_ waiting: any HTTPSuspendable) {
        state.withLock { _ = $0.waiting.removeValue(forKey: ObjectIdentifier(waiting)) }
    }

    /// Lets go of every connection; nothing is suspended from here on.
    func stop() {
        let waiting = state.withLock { state in
            state.isStopping = true
            return Array(state.waiting.values)
        }
        for one in waiting { one.serverStops() }
    }
}
