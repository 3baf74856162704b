/// A running process of a function, whoever started it.
protocol InstanceProcess: Sendable {
    /// False once it has ended, even before the end was reported.
    var isRunning: Bool { get }
    /// Its number, for a debugger.
    var identifier: Int32 { get }
    /// True while a debugger is attached.
    var isTraced: Bool { get }
    /// The most memory it ever had resident, in MB; nil when it cannot be known.
    var peakMemoryMB: Int? { get }
    /// What it and its children have now; nil when that cannot be known.
    func memory() -> ProcessMemory?
    /// Their anonymous memory with each page counted once, in bytes; costs more.
    func exactAnonymousBytes() -> Int?
    /// Asks the process and its children to end, or ends them.
    func signal(_ signal: Int32)
    /// Reports everything it has printed until now.
    func drainOutput()
}

/// What is needed to start a process of a function.
struct InstanceLaunch: Sendable {
    let definition: FunctionDefinition
    /// `127.0.0.1:port`.
    let runtimeAPI: String
    /// `2026/11/20/[$LATEST]` and 32 hexadecimal digits.
    let logStream: String
    /// Stopped before its first instruction, for a debugger.
    var isStopped = false
    /// The program of an extension that runs beside the runtime; nil for the runtime.
    var extensionPath: String?
    /// Lines it printed, without their line breaks.
    let output: @Sendable ([[UInt8]]) -> Void
    /// Called once, after the last output.
    var exited: @Sendable (ProcessExit) -> Void
}

/// Why no process could be started, with AWS's name for it.
struct InstanceLaunchError: Error, Sendable {
    /// `Runtime.InvalidEntrypoint`, `Runtime.InvalidWorkingDir` or `Sandbox.Failure`.
    let errorType: String
    let message: String
    /// errno; 0 when it was not the system.
    var code: Int32 = 0
}

/// Starts processes of functions: real ones, or a test's.
protocol InstanceSpawner: Sendable {
    /// Called on the event loop's thread; its callbacks come after it has returned.
    func start(_ launch: InstanceLaunch) throws(InstanceLaunchError) -> any InstanceProcess
}
