import Glibc

/// Tells the time of day: a parameter, so that expiry, leases and retries are tested without
/// sleeping.
package struct WallClock: Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let nowMs: @Sendable () -> Int64

    /// Makes a clock.
    ///
    /// - Parameter nowMs: milliseconds since 1970-01-01T00:00:00Z.
    package init(nowMs: @escaping @Sendable () -> Int64) {
        self.nowMs = nowMs
    }

    /// The machine's clock.
    package static let system = WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
