import Synchronization

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
    private let time: Atomic<Int64>

    init(ms: Int64 = 1_700_000_000_000) {
        time = Atomic(ms)
    }

    var nowMs: Int64 { time.load(ordering: .sequentiallyConsistent) }

    func advance(ms: Int64) {
        time.add(ms, ordering: .sequentiallyConsistent)
    }
}
