/// What became of a call.
enum InvocationOutcome: Sendable {
    case completed(InvocationResult)
    case refused(InvocationRefusal)
}

/// Why a call was not even queued.
enum InvocationRefusal: Sendable {
    /// All instances are busy and the queue is full; or the function has none at all.
    ///
    /// - Parameter isReserved: The function's own concurrency is exhausted, not the account's.
    case throttled(isReserved: Bool)
    /// The emulator is stopping.
    case stopping
    /// The code cannot be built; what runs would be older than its sources.
    case buildFailed(BuildFailure)
}

/// Where a call came from.
public enum InvocationOrigin: Sendable, Hashable, CustomStringConvertible {
    /// The Invoke API, or `EmulatorServer.invoke`.
    case invoke
    /// A route of an API, by its key, such as `GET /v1/events/{id}`.
    case route(String)
    /// A function URL.
    case functionURL
    /// An asynchronous event of the Invoke API, delivered from its queue.
    case asynchronous
    /// A schedule, by its name.
    case schedule(String)
    /// A table's stream, by the table's logical id.
    case stream(String)
    /// A queue, by its name.
    case queue(String)
    /// An API asks whether a request is allowed.
    case authorizer

    /// One word, with the name behind a colon.
    public var description: String {
        switch self {
        case .invoke: "invoke"
        case .route(let key): "route:\(key)"
        case .functionURL: "function-url"
        case .asynchronous: "asynchronous"
        case .schedule(let name): "schedule:\(name)"
        case .stream(let table): "stream:\(table)"
        case .queue(let name): "queue:\(name)"
        case .authorizer: "authorizer"
        }
    }

    /// Reads what `description` has written; nil for anything else.
    public init?(_ description: String) {
        let parts = description.split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch (parts[0], parts.count > 1 ? String(parts[1]) : nil) {
        case ("invoke", nil): self = .invoke
        case ("route", let key?): self = .route(key)
        case ("function-url", nil): self = .functionURL
        case ("asynchronous", nil): self = .asynchronous
        case ("schedule", let name?): self = .schedule(name)
        case ("stream", let table?): self = .stream(table)
        case ("queue", let name?): self = .queue(name)
        case ("authorizer", nil): self = .authorizer
        default: return nil
        }
    }
}
