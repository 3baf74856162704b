/// The answer of a function, or what failed in its place.
public struct InvocationResult: Sendable {
    /// The invocation's id, as in the log.
    public let requestID: String
    /// The function's answer, or the error's JSON; empty for an answer that was streamed.
    public let payload: [UInt8]
    /// What the function said of its answer's type; nil when it said nothing.
    public let contentType: String?
    /// Nil when the function answered.
    public let failure: InvocationFailure?
    /// True when the answer went to the caller while it was made.
    public let isStreamed: Bool
    /// Durations and memory, as in the REPORT line.
    public let report: InvocationReport
    /// What the function printed and the platform's lines around it: the first and the last of it
    /// when it is very long.
    public let log: [UInt8]
    /// Why the platform failed the invocation, in words for the function's developer: how its
    /// process ended, what it printed last, and where a Swift program crashed; or what in an answer
    /// an API could not send on. Nil for other answers, and for errors that the function posted
    /// itself. AWS tells nobody.
    public internal(set) var explanation: String?

    /// The answer as text.
    public var text: String { String(decoding: payload, as: UTF8.self) }
    /// The log as text.
    public var logText: String { String(decoding: log, as: UTF8.self) }

    /// The explanation in one line of at most 2 KB, as an HTTP field's value.
    var explanationField: String? {
        explanation.map { text in
            let line = text.split(separator: "\n").joined(separator: " | ")
            return String(decoding: line.utf8.prefix(2_048), as: UTF8.self)
        }
    }

    /// The last 4 KB of the log (X-Amz-Log-Type: Tail).
    public var logTail: [UInt8] { log.suffix(4_096) }
}

/// A function error: X-Amz-Function-Error is set for it.
public struct InvocationFailure: Sendable, Hashable {
    /// What kind of failure.
    public enum Kind: String, Sendable, Hashable {
        /// The function posted an error, or its answer was too large.
        case function
        /// It did not start, or its process ended.
        case runtime
        /// It took longer than its timeout.
        case timeout
        /// It was not run: all instances were busy and the queue was full. Only recorded
        /// invocations have it; callers get an error.
        case throttled
    }

    /// What kind of failure.
    public let kind: Kind
    /// Such as `Sandbox.Timedout`; for a posted error what the function named.
    public let errorType: String
}

/// The figures of one invocation.
public struct InvocationReport: Sendable, Hashable {
    /// From the hand-over to the answer, in nanoseconds; 0 when it never reached an instance.
    public var durationNs: Int64 = 0
    /// From the start of the process to its first request for work, in nanoseconds; nil unless
    /// this was the first invocation of its instance.
    public var initNs: Int64?
    /// The function's `MemorySize`.
    public var memoryMB: Int
    /// The most that its process ever had resident until then.
    public var peakMemoryMB: Int

    /// The duration in whole milliseconds, rounded up.
    public var billedMs: Int64 { (max(0, durationNs) + 999_999) / 1_000_000 }
}
