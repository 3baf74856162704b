internal import Glibc

/// The time, as a parameter: the wall clock for deadlines and schedules, a steady one for
/// durations.
public struct EmulatorClock: Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let unixMs: @Sendable () -> Int64
    /// Nanoseconds since some fixed moment; never goes back.
    public let steadyNs: @Sendable () -> Int64

    /// Makes a clock from two functions; both must be callable from any thread.
    public init(
        unixMs: @escaping @Sendable () -> Int64, steadyNs: @escaping @Sendable () -> Int64
    ) {
        self.unixMs = unixMs
        self.steadyNs = steadyNs
    }

    /// The machine's clocks.
    public static let system = EmulatorClock(
        unixMs: {
            let now = read(CLOCK_REALTIME)
            return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
        },
        steadyNs: {
            let now = read(CLOCK_MONOTONIC)
            return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
        })

    private static func read(_ clock: clockid_t) -> timespec {
        var now = timespec()
        clock_gettime(clock, &now)
        return now
    }
}
