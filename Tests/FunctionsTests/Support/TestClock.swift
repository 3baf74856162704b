import Records
import Synchronization

/// A clock that stands still until a test moves it: 2026-11-20T12:00:00.000Z at first, the
/// beginning of a rate limit window.
final class TestClock: Sendable {
    private let time = Atomic<Int64>(1_795_176_000_000)

    var nowMs: Int64 { time.load(ordering: .sequentiallyConsistent) }
    var nowSeconds: Int64 { nowMs / 1_000 }
    var clock: WallClock { WallClock { self.nowMs } }

    func advance(ms: Int64) {
        time.add(ms, ordering: .sequentiallyConsistent)
    }

    func advance(seconds: Int64) {
        advance(ms: seconds * 1_000)
    }
}
