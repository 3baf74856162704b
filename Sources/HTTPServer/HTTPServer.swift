internal import CMicroHTTPD
import Glibc
import Locking
import Synchronization

/// An HTTP/1.1 server on the loopback interface, over libmicrohttpd.
///
/// The handler runs on the server's own thread and must not block; it answers at once or keeps
/// the responder and answers later from any thread. One server can listen on many ports, all
/// served by the same threads and told apart by `HTTPServerRequest.localPort`.
package final class HTTPServer: Sendable {
    /// The port of the first listener.
    package let port: UInt16

    private static let leavingMs = 100

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
    ///   - tooLarge: Told of a request whose body was too large (its `body` is empty); what it
    ///     returns is the answer, nil a plain 413.
    ///   - receivers: What takes the bodies of marked requests piece by piece.
    ///   - handler: Called for each request, wholly read.
    package init(
        address: String = "127.0.0.1", port: UInt16, bodyBytesMax: Int, threads: Int = 1,
        tooLarge: (@Sendable (HTTPServerRequest) -> HTTPServerAnswer?)? = nil,
        receivers: HTTPReceivers? = nil,
        handler: @escaping @Sendable (HTTPServerRequest, HTTPResponder) -> Void
    ) throws(HTTPServerError) {
        guard address == LoopbackSocket.address else { throw .notLoopback }
        core = HTTPServerCore(
            bodyBytesMax: bodyBytesMax, tooLarge: tooLarge, receivers: receivers, handler: handler)
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
        core.registry.stop()
        letAnswersLeave()
        daemon.stop()
    }

    /// libmicrohttpd drops what it has not sent when it is stopped; a client that does not read
    /// is not waited for long.
    private func letAnswersLeave() {
        for _ in 0..<Self.leavingMs where core.openRequests.load(ordering: .relaxed) > 0 {
            usleep(1_000)
        }
    }
}

/// The part of a server that libmicrohttpd's callbacks work on.
final class HTTPServerCore: Sendable {
    let bodyBytesMax: Int
    let registry = HTTPWaitingRegistry()
    /// Begun and neither answered to the end nor broken off.
    let openRequests = Atomic(0)
    private let tooLarge: (@Sendable (HTTPServerRequest) -> HTTPServerAnswer?)?
    private let receivers: HTTPReceivers?
    private let handler: @Sendable (HTTPServerRequest, HTTPResponder) -> Void

    init(
        bodyBytesMax: Int, tooLarge: (@Sendable (HTTPServerRequest) -> HTTPServerAnswer?)?,
        receivers: HTTPReceivers?,
        handler: @escaping @Sendable (HTTPServerRequest, HTTPResponder) -> Void
    ) {
        self.bodyBytesMax = bodyBytesMax
        self.tooLarge = tooLarge
        self.receivers = receivers
        self.handler = handler
    }

    func makeResponder() -> HTTPResponder { HTTPResponder(registry: registry) }

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        handler(request, responder)
    }

    /// The answer to a request whose body is too large.
    func refusal(of request: HTTPServerRequest) -> HTTPServerAnswer {
        tooLarge?(request)
            ?? HTTPServerAnswer(
                status: 413, fields: [("Content-Type", "application/json")],
                body: Array(#"{"message":"Request Entity Too Large"}"#.utf8))
    }

    /// What takes the body of a request whose head is read; nil reads it whole.
    func reception(
        of request: () -> HTTPServerRequest, on connection: MHDConnection,
        _ responder: HTTPResponder
    ) -> HTTPReception? {
        guard let receivers, connection.field(receivers.field) != nil else { return nil }
        let upload = HTTPUpload(registry: registry)
        return receivers.make(request(), upload, responder)
            .map { HTTPReception(receiver: $0, upload: upload) }
    }
}
