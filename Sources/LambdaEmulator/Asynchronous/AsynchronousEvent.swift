/// An event that a function is invoked with later, from its acceptance to its end.
struct AsynchronousEvent: Sendable, Equatable {
    /// Its place in the order of acceptance; 0 until it is stored.
    var id: Int64 = 0
    /// The same for every attempt, as on AWS.
    let requestID: String
    /// The function's name.
    let function: String
    /// `asynchronous` or a schedule.
    let origin: InvocationOrigin
    let traceID: String
    let tenantID: String?
    let payload: [UInt8]
    /// When it was accepted, Unix milliseconds of the virtual clock.
    var acceptedMs: Int64
    /// When it is to be delivered next.
    var dueMs: Int64
    /// How often the function has failed with it.
    var attempts = 0
    /// How often it came back, since the last failure, because the function was not even run.
    var throttles = 0
}

extension InvocationOrigin {
    /// The origin that an event was stored with.
    init(ofStoredEvent text: String) {
        let prefix = "schedule:"
        self =
            text.hasPrefix(prefix) ? .schedule(String(text.dropFirst(prefix.count))) : .asynchronous
    }
}

/// An event of the store as a person sees it: with its state, without its payload.
struct EventSummary: Sendable, Equatable {
    let requestID: String
    let function: String
    let origin: String
    let acceptedMs: Int64
    let dueMs: Int64
    let attempts: Int
    /// Why it is dead; nil while it waits or is in flight.
    let condition: String?
    /// What failed last, such as `Sandbox.Timedout`; nil before the first failure.
    let errorType: String?
    let endedMs: Int64?
}

/// Why an event is dead.
enum EndCondition: String, Sendable {
    case retriesExhausted = "RetriesExhausted"
    case eventAgeExceeded = "EventAgeExceeded"
    case zeroReservedConcurrency = "ZeroReservedConcurrency"
}
