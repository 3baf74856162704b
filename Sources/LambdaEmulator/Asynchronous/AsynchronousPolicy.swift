/// How a function's asynchronous events are tried again, and where their ends are told.
///
/// Source: "How Lambda handles errors and retries with asynchronous invocation" of the AWS Lambda
/// developer guide.
public struct AsynchronousPolicy: Sendable, Hashable {
    /// Where a record of an event's end is sent.
    public enum Destination: Sendable, Hashable {
        /// A queue of the template, by its name.
        case queue(String)
        /// A function of the template, by its name.
        case function(String)
    }

    /// How often a failed event is tried again, 0 to 2.
    public var retryAttemptsMax: Int
    /// How old an event may become before it is given up, in milliseconds: 60 s to 6 h.
    public var eventAgeMaxMs: Int64
    /// Told of each event that the function took.
    public var onSuccess: Destination?
    /// Told of each event that was given up.
    public var onFailure: Destination?
    /// A queue of the template, by its name, that takes the events that were given up.
    public var deadLetterQueue: String?

    /// The defaults are those of AWS Lambda.
    public init(
        retryAttemptsMax: Int = 2, eventAgeMaxMs: Int64 = 21_600_000,
        onSuccess: Destination? = nil, onFailure: Destination? = nil,
        deadLetterQueue: String? = nil
    ) {
        self.retryAttemptsMax = retryAttemptsMax
        self.eventAgeMaxMs = eventAgeMaxMs
        self.onSuccess = onSuccess
        self.onFailure = onFailure
        self.deadLetterQueue = deadLetterQueue
    }
}

extension AsynchronousPolicy {
    /// What comes after an attempt.
    enum Step: Equatable {
        case succeeded
        /// Again at `dueMs`, with these counts.
        case again(dueMs: Int64, attempts: Int, throttles: Int)
        case ended(EndCondition)
        /// The emulator stops: the event stays as it is for the next start.
        case left
    }

    private static let retryWaitMs: Int64 = 60_000
    private static let throttleWaitMsMax: Int64 = 300_000

    /// A failure is tried again after one minute, the next one after two; a call that was not even
    /// run comes back after 1 s, doubled up to 5 minutes, and costs no attempt.
    func step(after outcome: InvocationOutcome, of event: AsynchronousEvent, nowMs: Int64) -> Step {
        switch outcome {
        case .refused(.stopping): return .left
        case .refused(.throttled), .refused(.buildFailed): return comeBack(event, nowMs: nowMs)
        case .completed(let result):
            guard let failure = result.failure else { return .succeeded }
            // The platform's own failure, a 500 on AWS, is none of the function's.
            if failure.errorType == "Sandbox.Failure" { return comeBack(event, nowMs: nowMs) }
            let attempts = event.attempts + 1
            guard attempts <= retryAttemptsMax else { return .ended(.retriesExhausted) }
            let dueMs = nowMs + Self.retryWaitMs * Int64(attempts)
            guard dueMs <= event.acceptedMs + eventAgeMaxMs else {
                return .ended(.eventAgeExceeded)
            }
            return .again(dueMs: dueMs, attempts: attempts, throttles: 0)
        }
    }

    /// Whether an event is too old to be tried once more.
    func isExpired(_ event: AsynchronousEvent, nowMs: Int64) -> Bool {
        nowMs >= event.acceptedMs + eventAgeMaxMs
    }

    private func comeBack(_ event: AsynchronousEvent, nowMs: Int64) -> Step {
        let waitMs = min(Self.throttleWaitMsMax, 1_000 << Int64(min(event.throttles, 20)))
        let expiryMs = max(nowMs, event.acceptedMs + eventAgeMaxMs)
        return .again(
            dueMs: min(nowMs + waitMs, expiryMs), attempts: event.attempts,
            throttles: event.throttles + 1)
    }
}
