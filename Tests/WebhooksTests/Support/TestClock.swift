import Records
import Synchronization

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
    /// 2026-01-01T00:00:00Z.
    static let startMs: Int64 = 1_767_225_600_000

    private let time = Atomic(startMs)

    var nowMs: Int64 { time.load(ordering: .sequentiallyConsistent) }
    var wall: WallClock { WallClock { self.nowMs } }

    func advance(ms: Int64) {
        time.add(ms, ordering: .sequentiallyConsistent)
    }

    func set(ms: Int64) {
        time.store(ms, ordering: .sequentiallyConsistent)
    }
}
