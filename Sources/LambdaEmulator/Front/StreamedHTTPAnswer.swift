internal import HTTPServer
import Locking

/// A function's answer that reaches an HTTP client while it is made.
///
/// A function URL sends on as it is what has no prelude; a REST API needs one.
final class StreamedHTTPAnswer: ResponseSink {
    private enum State {
        case waiting
        case prelude(StreamPrelude)
        case body(HTTPBodyStream)
        /// The client has got another answer, or all of this one: the rest is thrown away.
        case over(AnswerProblem?)
    }

    private let call: FrontCall
    private let state = Locked(State.waiting)

    init(_ call: FrontCall) { self.call = call }

    func begin(contentType: String) {
        state.withLock { state in
            guard case .waiting = state else { return }
            if needsPrelude(contentType) {
                state = .prelude(StreamPrelude())
            } else {
                state = .body(call.stream(Self.head(contentType)))
            }
        }
    }

    func write(
        _ piece: UnsafeRawBufferPointer, whenDrained: @escaping @Sendable () -> Void
    ) -> Bool {
        state.withLock { state in
            switch state {
            case .waiting, .over: return false
            case .body(let stream): return stream.write(piece, whenDrained: whenDrained)
            case .prelude(var prelude):
                do throws(AnswerProblem) {
                    let head = try prelude.add(piece, call.gateway)
                    guard let head else {
                        state = .prelude(prelude)
                        return false
                    }
                    let stream = call.stream(head)
                    state = .body(stream)
                    return stream.write(head.body, whenDrained: whenDrained)
                } catch {
                    state = .over(error)
                    call.fail(error)
                    return false
                }
            }
        }
    }

    /// What is wrong with an answer that has ended.
    func problem(in result: InvocationResult) -> AnswerProblem? {
        state.withLock { state in
            switch state {
            case .waiting: needsPrelude("") ? Self.whole : nil
            case .prelude(let prelude): prelude.truncation
            case .body: nil
            case .over(let problem): problem
            }
        }
    }

    private static let whole = AnswerProblem(
        "it is to be streamed (RESPONSE_STREAM), and was sent as a whole")

    /// The call is over.
    ///
    /// - Returns: False when nothing was streamed, so that the answer is as any other.
    func complete(_ result: InvocationResult) -> Bool {
        let last = state.withLock { state in
            defer { state = .over(nil) }
            return state
        }
        switch last {
        case .waiting: return sendWhole(result)
        case .over: return true
        case .prelude(let prelude):
            guard result.failure == nil else { return false }
            call.fail(prelude.truncation)
            return true
        case .body(let stream):
            if let failure = result.failure {
                call.note(
                    "\(call.pool.definition.name) failed with \(failure.errorType) after it had "
                        + "begun to answer: the connection was closed before the answer's end")
                stream.abort()
            } else {
                stream.finish()
            }
            return true
        }
    }

    /// An answer that was not made bit by bit: a function URL does not look into it.
    private func sendWhole(_ result: InvocationResult) -> Bool {
        guard result.failure == nil else { return false }
        guard case .functionURL = call.gateway else {
            call.fail(Self.whole)
            return true
        }
        var answer = Self.head(result.contentType ?? "application/octet-stream")
        answer.body = result.payload
        call.send(answer)
        return true
    }

    private func needsPrelude(_ contentType: String) -> Bool {
        if case .restAPI = call.gateway { return true }
        return contentType == HTTPAnswer.preludeType
    }

    private static func head(_ contentType: String) -> HTTPServerAnswer {
        HTTPServerAnswer(status: 200, fields: [("content-type", contentType)])
    }
}
