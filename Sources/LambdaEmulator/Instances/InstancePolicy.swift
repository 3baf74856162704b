/// How instances live and end, where AWS leaves it open or a developer may want it otherwise.
public struct InstancePolicy: Sendable, Hashable {
    /// Stops an instance's processes (SIGSTOP) while it waits for work, as AWS freezes them.
    public var freezesIdle: Bool
    /// How long an instance may wait for work before it is ended, in milliseconds of the virtual
    /// clock; nil keeps it. AWS ends them after some minutes.
    public var idleTimeoutMs: Int?
    /// How long a process has to end by itself after SIGTERM, in milliseconds; SIGKILL follows.
    ///
    /// AWS gives 500 ms to a runtime that has registered an internal extension, 2,000 ms are shared
    /// where there are external ones, and without any there is no SIGTERM at all: 0 does as AWS.
    /// Any other number counts for every function, and for 2,000 ms at least with external
    /// extensions.
    public var terminationMs: Int
    /// How many instances a function may have for which the template reserves none; nil is 10.
    public var unreservedConcurrencyMax: Int?
    /// Whether a process with more anonymous memory than its function's `MemorySize` is killed, as
    /// AWS does; looked at every 50 ms while it works.
    public var enforcesMemory: Bool
    /// The function whose one instance is stopped before its first instruction, until a debugger
    /// lets it go on; its start has no time limit.
    public var debuggedFunction: String?

    /// What suits a developer's machine: no freezing, no end of idle instances, 500 ms between
    /// SIGTERM and SIGKILL, 10 instances, and memory limits as in the template.
    public init() {
        freezesIdle = false
        idleTimeoutMs = nil
        terminationMs = 500
        unreservedConcurrencyMax = nil
        enforcesMemory = true
        debuggedFunction = nil
    }
}
