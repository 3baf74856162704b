/// One invocation as the emulator keeps it: what went in, what came out, and what it took.
///
/// An event, and an answer, larger than ``bodyBytesMax`` is cut there.
public struct RecordedInvocation: Sendable {
    /// So much of an event, and of an answer, is kept.
    public static let bodyBytesMax = 1024 * 1024

    /// The function's name.
    public let function: String
    /// Where the call came from.
    public let origin: InvocationOrigin
    /// `Root=…;Parent=…;Sampled=…`.
    public let traceID: String
    /// When the call was accepted, Unix milliseconds.
    public let acceptedMs: Int64
    /// When it ended, Unix milliseconds.
    public let endedMs: Int64
    /// The event, or the beginning of a very large one.
    public let event: [UInt8]
    /// How many bytes the event had.
    public let eventBytes: Int
    /// How many bytes the answer had.
    public let answerBytes: Int
    /// The answer or the failure, the log and the figures; of a streamed answer the beginning is
    /// in its payload.
    public let result: InvocationResult

    /// The invocation's id, as in the log; attempts of one asynchronous event share theirs.
    public var id: String { result.requestID }
    /// The event as text.
    public var eventText: String { String(decoding: event, as: UTF8.self) }
    /// False when the event was cut: then it cannot be sent again.
    public var isEventComplete: Bool { event.count == eventBytes }
    /// False when the answer was cut.
    public var isAnswerComplete: Bool { result.payload.count == answerBytes }

    /// When the call was accepted, such as `2026-11-20T17:09:10.123Z`.
    public var acceptedAt: String {
        let milliseconds = String(acceptedMs % 1_000)
        let zeros = String(repeating: "0", count: max(0, 3 - milliseconds.utf8.count))
        let seconds = CivilTime(unixSeconds: acceptedMs / 1_000).iso8601.dropLast()
        return "\(seconds).\(zeros)\(milliseconds)Z"
    }

    /// As it is recorded, with a line break at its end.
    package var line: [UInt8] { RecordFormat.line(of: self) }
    /// The same without the event, the answer and the log.
    package var summaryLine: [UInt8] { RecordFormat.summaryLine(of: self) }

    /// Bytes cut at the limit; without a copy when they are not longer.
    static func cut(_ bytes: [UInt8]) -> [UInt8] {
        bytes.count <= bodyBytesMax ? bytes : Array(bytes[..<bodyBytesMax])
    }
}
