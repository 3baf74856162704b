/// Why an emulator did not start, or a call was not run.
public enum EmulatorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The port is taken or not allowed; `reason` is the system's word for it.
    case listen(port: Int, reason: String)
    /// A thread, a descriptor or the HTTP server could not be had.
    case system(String)
    /// The data directory cannot be used.
    case dataDirectory(String)
    /// No function has this name.
    case unknownFunction(String)
    /// All instances are busy and the queue is full.
    case throttled
    /// The clock is being put ahead already.
    case clockBusy
    /// The code cannot be built: what the build has printed last.
    case buildFailed(String)
    /// The emulator is stopping or not started.
    case notRunning

    /// One line that names the thing.
    public var description: String {
        switch self {
        case .listen(let port, let reason): "cannot listen on 127.0.0.1:\(port): \(reason)"
        case .system(let what): "the emulator cannot start: \(what)"
        case .dataDirectory(let what): "the data directory: \(what)"
        case .unknownFunction(let name): "the template has no function named \(name)"
        case .throttled: "all instances of the function are busy and its queue is full"
        case .clockBusy: "the clock is being put ahead already"
        case .buildFailed(let text): "the code cannot be built: \(text)"
        case .notRunning: "the emulator is not running"
        }
    }
}
