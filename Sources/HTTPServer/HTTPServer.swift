internal import CMicroHTTPD
import Glibc
import Locking

/// An HTTP/1.1 server on the loopback interface, over libmicrohttpd.
///
/// The handler runs on the server's own thread and must not block; it answers at once or keeps
/// the responder and answers later from any thread. One server can listen on many ports, all
/// served by the same threads and told apart by `HTTPServerRequest.localPort`.
package final class HTTPServer: Sendable {
    /// The port of the first listener.
    package let port: UInt16

    private let core: HTTPServerCore
    private let listeners: ListenerSet
    private let daemon: MHDDaemon

    /// Starts the server.
    ///
    /// - Parameters:
    ///   - address: Only 127.0.0.1; anything else is refused.
    ///   - port: 0 picks a free one.
    ///   - bodyBytesMax: Larger bodies are answered 413 and their connection is closed.
    ///   - threads: How many threads share the connections.
    ///   - tooLarge: Told of a request whose body was too large (its `body` is empty).
    ///   - handler: Called for each request, wholly read.
    package init(
        address: String = "127.0.0.1", port: UInt16, bodyBytesMax: Int, threads: Int = 1,
        tooLarge: (@Sendable (HTTPServerRequest) -> Void)? = nil,
        handler: @escaping @Sendable (HTTPServerRequest, HTTPResponder) -> Void
    ) throws(HTTPServerError) {
        guard address == LoopbackSocket.address else { throw .notLoopback }
        core = HTTPServerCore(bodyBytesMax: bodyBytesMax, tooLarge: tooLarge, handler: handler)
        let socket = try LoopbackSocket.listen(port: port, blocking: false)
        self.port = socket.port
        daemon = try MHDDaemon(listening: socket.descriptor, threads: threads, core: core)
        listeners = ListenerSet(daemon: daemon)
    }

    deinit { stop() }

    /// Opens a further free loopback port.
    package func addListener() throws(HTTPServerError) -> UInt16 { try listeners.add() }

    /// Closes a port opened with `addListener`; connections made through it live on.
    package func removeListener(_ port: UInt16) { listeners.remove(port) }

    /// Answers what is still open with 503 and stops; returns when no handler runs any more.
    package func stop() {
        listeners.stop()
        core.stop()
        daemon.stop()
    }
}

/// The part of a server that libmicrohttpd's callbacks work on.
final class HTTPServerCore: Sendable {
    private struct Registry {
        var isStopping = false
        var waiting: [ObjectIdentifier: HTTPResponder] = [:]
    }

    let bodyBytesMax: Int
    private let tooLarge: (@Sendable (HTTPServerRequest) -> Void)?
    private let handler: @Sendable (HTTPServerRequest, HTTPResponder) -> Void
    private let registry = Locked(Registry())

    init(
        bodyBytesMax: Int, tooLarge: (@Sendable (HTTPServerRequest) -> Void)?,
        handler: @escaping @Sendable (HTTPServerRequest, HTTPResponder) -> Void
    ) {
        self.bodyBytesMax = bodyBytesMax
        self.tooLarge = tooLarge
        self.handler = handler
    }

    func makeResponder() -> HTTPResponder {
        HTTPResponder { [weak self] responder in self?.forget(responder) }
    }

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        handler(request, responder)
    }

    func refuse(_ request: HTTPServerRequest) { tooLarge?(request) }

    /// Remembers a request that is about to wait; false once the server is stopping.
    func remember(_ responder: HTTPResponder) -> Bool {
        registry.withLock { registry in
            guard !registry.isStopping else { return false }
            registry.waiting[ObjectIdentifier(responder)] = responder
            return true
        }
    }

    func forget(_ responder: HTTPResponder) {
        registry.withLock { registry in
            _ = registry.waiting.removeValue(forKey: ObjectIdentifier(responder))
        }
    }

    /// libmicrohttpd must not be stopped while a connection is suspended: answers all that wait.
    func stop() {
        let waiting = registry.withLock { registry in
            registry.isStopping = true
            return Array(registry.waiting.values)
        }
        for responder in waiting { responder.respond(status: 503) }
    }
}
