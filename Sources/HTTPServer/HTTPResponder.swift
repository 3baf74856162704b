import Locking

internal import CMicroHTTPD

/// Answers one request: once, from any thread, at any time.
///
/// The connection is suspended until then, so a long poll costs neither a thread nor a poll. A
/// suspended connection is not read, so a client that goes away meanwhile is only noticed when
/// the answer is sent.
package final class HTTPResponder: Sendable {
    private struct State {
        var connection: MHDConnection?
        var isAnswered = false
        var isSuspended = false
        var isClosed = false
        var answer: MHDAnswer?
    }

    private let state = Locked(State())
    /// Called once after an answer was given to a suspended request, so that the server forgets it.
    private let wasResumed: @Sendable (HTTPResponder) -> Void

    init(wasResumed: @escaping @Sendable (HTTPResponder) -> Void) {
        self.wasResumed = wasResumed
    }

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
        let wasSuspended = state.withLock { state in
            guard !state.isAnswered, !state.isClosed else { return false }
            state.isAnswered = true
            state.answer = MHDAnswer(status: status, fields: fields, body: body)
            guard state.isSuspended, let connection = state.connection else { return false }
            state.isSuspended = false
            connection.resume()
            return true
        }
        if wasSuspended { wasResumed(self) }
    }

    /// True once `respond` was called or the connection is gone.
    package var isFinished: Bool { state.withLock { $0.isAnswered || $0.isClosed } }

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

    /// The connection is gone; its pointer must not be used again.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.connection = nil
            state.answer = nil
        }
    }
}
