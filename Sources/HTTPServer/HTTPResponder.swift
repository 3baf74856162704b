import Locking

internal import CMicroHTTPD

/// Answers one request: once, from any thread, at any time.
///
/// The connection is suspended until then, so a long poll costs neither a thread nor a poll. A
/// suspended connection is not read, so a client that goes away meanwhile is only noticed when
/// the answer is sent.
package final class HTTPResponder: HTTPSuspendable {
    private struct State {
        var connection: MHDConnection?
        var isAnswered = false
        var isSuspended = false
        var isClosed = false
        var answer: MHDAnswer?
        /// The body of a streamed answer, told when the connection is gone.
        var stream: HTTPBodyStream?
    }

    private let state = Locked(State())
    private let registry: HTTPWaitingRegistry

    init(registry: HTTPWaitingRegistry) { self.registry = registry }

    /// Sends the answer; a second call is ignored, and so is a call after the connection closed.
    ///
    /// - Parameters:
    ///   - status: The HTTP status, 200 to 599.
    ///   - fields: Header fields. Length, date and connection fields are the server's own business;
    ///     a field with a line break in it is left out.
    ///   - body: The whole body.
    package func respond(
        status: Int, fields: [(String, String)] = [], body: [UInt8] = []
    ) {
        give(MHDAnswer(status: status, fields: fields, body: body), stream: nil)
    }

    /// Sends the head of an answer whose body is sent while it is being made.
    ///
    /// - Parameters:
    ///   - status: The HTTP status, 200 to 599.
    ///   - fields: Header fields, as in ``respond(status:fields:body:)``.
    /// - Returns: What takes the body; it must be finished or aborted. After an earlier answer, or
    ///   when the connection is gone, one that takes nothing.
    package func stream(
        status: Int, fields: [(String, String)] = []
    ) -> HTTPBodyStream {
        let stream = HTTPBodyStream(registry: registry)
        if !give(MHDAnswer(status: status, fields: fields, stream: stream), stream: stream) {
            stream.close()
        }
        return stream
    }

    /// True once the request was answered or the connection is gone.
    package var isFinished: Bool { state.withLock { $0.isAnswered || $0.isClosed } }

    /// False when there is an answer already, or nobody to answer.
    @discardableResult
    private func give(_ answer: MHDAnswer, stream: HTTPBodyStream?) -> Bool {
        let (isTaken, wasSuspended) = state.withLock { state in
            guard !state.isAnswered, !state.isClosed else { return (false, false) }
            state.isAnswered = true
            state.answer = answer
            state.stream = stream
            guard state.isSuspended, let connection = state.connection else { return (true, false) }
            state.isSuspended = false
            connection.resume()
            return (true, true)
        }
        if wasSuspended { registry.forget(self) }
        return isTaken
    }

    /// Takes the answer if there is one already; otherwise suspends the connection.
    ///
    /// Suspending happens under the lock that `respond` takes, so no answer can slip in between.
    func takeAnswerOrSuspend(_ connection: MHDConnection) -> MHDAnswer? {
        state.withLock { state in
            if let answer = state.answer.take() { return answer }
            guard !state.isAnswered else { return nil }
            state.connection = connection
            state.isSuspended = true
            connection.suspend()
            return nil
        }
    }

    func takeAnswer() -> MHDAnswer? { state.withLock { $0.answer.take() } }

    func serverStops() { respond(status: 503) }

    /// The connection is gone; its pointer must not be used again.
    func close() {
        let stream = state.withLock { state in
            state.isClosed = true
            state.connection = nil
            state.answer = nil
            return state.stream.take()
        }
        stream?.close()
    }
}
