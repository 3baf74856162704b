internal import StrictJSON

/// One invocation that came about while the clock was put ahead.
public struct FiredEvent: Sendable, Hashable {
    /// When it was due, Unix milliseconds of the emulator's clock.
    public let atMs: Int64
    /// What caused it: a schedule, a retry of an asynchronous event, a queue or a stream.
    public let source: InvocationOrigin
    /// The function's name.
    public let function: String
    /// 1 for the first delivery of an event, of a message or of a batch of changes.
    public let attempt: Int
    /// How many messages or changes it was given; 1 for an event.
    public let recordCount: Int
    /// `success`, or the error's type such as `Sandbox.Timedout`.
    public let outcome: String

    /// What tells those of the same moment and source apart, in their order.
    let ordinal: Int64

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("atMs", atMs)
        writer.member("time", CivilTime.iso8601(unixMs: atMs))
        writer.member("source", source.description)
        writer.member("function", function)
        writer.member("attempt", Int64(attempt))
        writer.member("records", Int64(recordCount))
        writer.member("outcome", outcome)
        writer.endObject()
    }
}

extension FiredEvent {
    /// By time; at one moment by source, function and the order in which they came to be, so that
    /// two runs give the same list however long each function took.
    static func isBefore(_ one: FiredEvent, _ other: FiredEvent) -> Bool {
        let left = (one.atMs, one.source.description, one.function)
        let right = (other.atMs, other.source.description, other.function)
        return left == right
            ? (one.ordinal, one.attempt) < (other.ordinal, other.attempt) : left < right
    }
}

extension InvocationOutcome {
    /// `success`, or the error's type.
    var name: String {
        switch self {
        case .refused(.throttled): "TooManyRequestsException"
        case .refused(.stopping): "stopping"
        case .refused(.buildFailed): "ServiceException"
        case .completed(let result): result.failure?.errorType ?? "success"
        }
    }
}
