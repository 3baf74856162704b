package import Records
import Synchronization

/// A clock that stands still until a test moves it.
package final class TestClock: Sendable {
    /// 2026-11-20T12:00:00.000Z: the beginning of a rate limit's window.
    package static let startMs: Int64 = 1_795_176_000_000

    /// 2026-01-01T00:00:00Z.
    package static let newYearMs: Int64 = 1_767_225_600_000

    private let time: Atomic<Int64>

    package init(ms: Int64 = startMs) { time = Atomic(ms) }

    package var nowMs: Int64 { time.load(ordering: .sequentiallyConsistent) }
    package var nowSeconds: Int64 { nowMs / 1_000 }
    package var clock: WallClock { WallClock { self.nowMs } }

    package func advance(ms: Int64) { time.add(ms, ordering: .sequentiallyConsistent) }
    package func advance(seconds: Int64) { advance(ms: seconds * 1_000) }
    package func set(ms: Int64) { time.store(ms, ordering: .sequentiallyConsistent) }
}
