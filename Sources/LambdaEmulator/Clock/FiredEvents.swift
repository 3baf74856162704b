import Locking

/// Gathers the invocations that come about while the clock is put ahead; at other times nothing.
final class FiredEvents: Sendable {
    private let gathered = Locked<[FiredEvent]?>(nil)

    /// Gathers from now on.
    func begin() { gathered.withLock { $0 = [] } }

    /// Adds one, if any are gathered.
    func add(_ event: @autoclosure () -> FiredEvent) {
        gathered.withLock { gathered in
            guard gathered != nil else { return }
            gathered?.append(event())
        }
    }

    var count: Int { gathered.withLock { $0?.count ?? 0 } }

    /// What was gathered, in order; nothing more is.
    func end() -> [FiredEvent] {
        let all = gathered.withLock { gathered in
            defer { gathered = nil }
            return gathered ?? []
        }
        return all.sorted(by: FiredEvent.isBefore)
    }
}
