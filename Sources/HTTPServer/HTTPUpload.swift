import Locking

/// Takes the body of a request while it arrives; called on the server's thread, so it must not
/// block.
package protocol HTTPBodyReceiver: AnyObject, Sendable {
    /// A piece of the body, in order.
    func receive(_ piece: UnsafeRawBufferPointer)
    /// The body is complete; the request is to be answered now or later.
    ///
    /// - Parameter trailers: Trailer fields (RFC 9110, section 6.5), names as sent.
    func end(trailers: [(name: String, value: String)])
    /// The client went away, or broke the protocol, before the body was complete.
    func aborted()
}

/// Chooses what takes the bodies of requests piece by piece.
package struct HTTPReceivers: Sendable {
    /// Only requests with this header field are concerned, so that others cost nothing.
    let field: StaticString
    let make: @Sendable (HTTPServerRequest, HTTPUpload, HTTPResponder) -> (any HTTPBodyReceiver)?

    /// - Parameters:
    ///   - field: The name of the header field that marks the requests.
    ///   - make: Called when a request's head is read (its `body` is empty); what it returns takes
    ///     the body, with no limit but its own, and sees to the answer. Nil reads the body whole.
    package init(
        markedBy field: StaticString,
        make:
            @escaping @Sendable (HTTPServerRequest, HTTPUpload, HTTPResponder)
            -> (any HTTPBodyReceiver)?
    ) {
        self.field = field
        self.make = make
    }
}

/// The flow of a body that is received piece by piece; usable from any thread.
package final class HTTPUpload: HTTPSuspendable {
    private struct State {
        var connection: MHDConnection?
        var isPaused = false
        var isSuspended = false
        var isClosed = false
    }

    private let state = Locked(State())
    private let registry: HTTPWaitingRegistry

    init(registry: HTTPWaitingRegistry) { self.registry = registry }

    /// Reads no more of the body, after the piece that is being received, until ``resume()``.
    ///
    /// To be called before the piece is given to whoever may call ``resume()``.
    package func pause() {
        guard registry.remember(self) else { return }
        state.withLock { $0.isPaused = !$0.isClosed }
    }

    /// Reads on.
    package func resume() {
        registry.forget(self)
        state.withLock { state in
            state.isPaused = false
            guard state.isSuspended, let connection = state.connection else { return }
            state.isSuspended = false
            connection.resume()
        }
    }

    func serverStops() { resume() }

    func suspendIfPaused(_ connection: MHDConnection) {
        state.withLock { state in
            guard state.isPaused, !state.isSuspended else { return }
            state.connection = connection
            state.isSuspended = true
            connection.suspend()
        }
    }

    /// The connection is gone; its pointer must not be used again.
    func close() {
        registry.forget(self)
        state.withLock { state in
            state.isClosed = true
            state.isPaused = false
            state.connection = nil
        }
    }
}
