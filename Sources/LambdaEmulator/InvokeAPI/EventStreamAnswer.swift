internal import HTTPServer
import Locking
internal import StrictJSON
import TextEncoding

/// The answer to InvokeWithResponseStream: a function's answer as an event stream, made while the
/// function makes it.
///
/// The status is 200 once the function has been called, whatever comes of it: what failed is in
/// the stream's last event. Source: "InvokeWithResponseStream" of the AWS Lambda API reference.
final class EventStreamAnswer: ResponseSink {
    private static let chunk = "PayloadChunk"

    private let responder: HTTPResponder
    private let fields: [(String, String)]
    private let wantsLogTail: Bool
    private let stream = Locked<HTTPBodyStream?>(nil)

    /// - Parameter fields: The header fields of the answer, without its type.
    init(_ responder: HTTPResponder, fields: [(String, String)], wantsLogTail: Bool) {
        self.responder = responder
        self.fields = fields + [("Content-Type", EventStreamMessage.contentType)]
        self.wantsLogTail = wantsLogTail
    }

    func begin(contentType: String) { _ = started() }

    func write(
        _ piece: UnsafeRawBufferPointer, whenDrained: @escaping @Sendable () -> Void
    ) -> Bool {
        let message = EventStreamMessage.event(
            Self.chunk, contentType: "application/octet-stream", payload: piece)
        return started().write(message, whenDrained: whenDrained)
    }

    /// The call is over.
    func complete(_ outcome: InvocationOutcome, requestID: String) {
        switch outcome {
        case .refused(let refusal): InvokeRefusal(refusal).respond(requestID, responder)
        case .completed(let result):
            let stream = started()
            if !result.isStreamed, result.failure == nil, !result.payload.isEmpty {
                _ = result.payload.withUnsafeBytes { write($0) {} }
            }
            _ = stream.write(
                EventStreamMessage.event(
                    "InvokeComplete", contentType: "application/json", payload: ending(result)))
            stream.finish()
        }
    }

    /// Sends the head of the answer unless it was sent.
    private func started() -> HTTPBodyStream {
        stream.withLock { stream in
            if let stream { return stream }
            let started = responder.stream(status: 200, fields: fields)
            stream = started
            return started
        }
    }

    private func ending(_ result: InvocationResult) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if let failure = result.failure {
            writer.member("ErrorCode", failure.errorType)
            writer.member("ErrorDetails", String(decoding: result.payload, as: UTF8.self))
        }
        if wantsLogTail { writer.member("LogResult", Base64.encode(result.logTail)) }
        writer.endObject()
        return writer.bytes
    }
}
