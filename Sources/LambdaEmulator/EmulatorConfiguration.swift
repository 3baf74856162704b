/// What an emulator is started with.
public struct EmulatorConfiguration: Sendable {
    /// Functions, routes, schedules and streams.
    public var template: Template
    /// The front's port on 127.0.0.1; 0 picks a free one.
    public var port: Int
    /// Where what waits is kept (asynchronous events, messages of queues, bookmarks of table
    /// streams) and the recorded invocations; nil runs no streams, and keeps the rest only until
    /// the emulator stops.
    public var dataDirectory: String?
    /// How large the recorded invocations in the data directory may grow, in bytes; the oldest are
    /// deleted. 0 records none.
    public var recordBytesMax: Int
    /// How many invocations are kept in memory, if they are not large: see
    /// ``EmulatorServer/invocations``.
    public var recentInvocationsMax: Int
    /// False runs neither schedules nor sources of queues and table streams.
    public var runsEvents: Bool
    /// The region functions see.
    public var region: String
    /// The account in ARNs and events.
    public var accountID: String
    /// True takes up a function's new code when its folder changes; the old code serves until the
    /// new one is ready. False by default.
    public var reloadsCode: Bool
    /// What builds the functions' code when its sources change, and at the start; nil builds
    /// nothing. Takes up what it has built, whatever `reloadsCode` says.
    public var build: CodeBuild?
    /// How instances live and end.
    public var instances: InstancePolicy
    /// How long `stop` lets running invocations finish, in milliseconds.
    public var graceMs: Int
    /// Where log lines go: a file descriptor, standard error by default; nil keeps the last ones in
    /// memory only: see ``EmulatorServer/log``.
    public var logDescriptor: Int32?
    /// The time.
    public var clock: EmulatorClock

    /// Replaces the processes in tests.
    var spawner: (any InstanceSpawner)?
    var limits = PoolLimits()
    var streamPolicy = StreamPolicy()

    /// A configuration with the usual settings: a free port, no streams, 5 s of grace.
    public init(template: Template, port: Int = 0, dataDirectory: String? = nil) {
        self.template = template
        self.port = port
        self.dataDirectory = dataDirectory
        recordBytesMax = 256 * 1024 * 1024
        recentInvocationsMax = 500
        runsEvents = true
        region = "us-east-1"
        accountID = "123456789012"
        reloadsCode = false
        instances = InstancePolicy()
        graceMs = 5_000
        logDescriptor = 2
        clock = .system
    }
}
