/// What all pools of an emulator share.
struct PoolEnvironment: Sendable {
    let clock: EmulatorClock
    let virtualClock: VirtualClock
    let log: EmulatorLog
    let loop: EventLoop
    let spawner: any InstanceSpawner
    let identifiers: IdentifierSource
    /// Keeps what was invoked.
    let recorder: InvocationRecorder
    let warnings: LimitWarnings
    let limits: PoolLimits
    let policy: InstancePolicy
    /// Opens a Runtime API port for a pool's new instance.
    let openPort: @Sendable (FunctionPool) throws -> UInt16
    let closePort: @Sendable (UInt16) -> Void
    /// `arn:aws:lambda:REGION:ACCOUNT:function:`.
    let arnPrefix: String
}

/// The bounds of a pool.
struct PoolLimits: Sendable {
    /// How many calls of one function may wait for an instance.
    var waitingMax = 1_000
    /// How long an instance may take to its first /next.
    var initMs: Int64 = 10_000
    /// How long a runtime that has posted an init error may take to end itself.
    var exitAfterInitErrorMs: Int64 = 2_000
    /// How often the memory of a process is looked at, at most.
    var memorySampleMs: Int64 = 50
    /// The largest answer of a function: 6 MB and 100 bytes, as on AWS.
    var responseBytesMax = 6_291_556
    /// The largest streamed answer: 200 MB, as on AWS.
    var streamedBytesMax = 200 * 1024 * 1024
}

/// A pool's figures.
struct PoolStatus: Sendable {
    /// Instances that have asked for work at least once and live.
    let warm: Int
    let starting: Int
    let inFlight: Int
    let waiting: Int
}
