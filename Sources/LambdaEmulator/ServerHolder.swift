internal import HTTPServer
import Locking
import Synchronization

/// The HTTP server, for the pools that are made before it.
final class ServerHolder: Sendable {
    private let server = Locked<HTTPServer?>(nil)
    private let port = Atomic<UInt16>(0)

    /// Starts to serve; returns the port.
    ///
    /// The first port is the front's, every other one is an instance's, living or dead.
    func start(
        port number: UInt16, runtimeAPI: RuntimeAPI, front: FrontDoor
    ) throws(HTTPServerError) -> UInt16 {
        let receivers = HTTPReceivers(markedBy: "Lambda-Runtime-Function-Response-Mode") {
            [self] request, upload, responder in
            isFront(request.localPort)
                ? nil : runtimeAPI.receiver(of: request, upload, responder)
        }
        let started = try HTTPServer(
            port: number, bodyBytesMax: FrontSites.bodyBytesMax,
            tooLarge: { [self] request in
                if isFront(request.localPort) { return front.refusalOfTooLarge(request) }
                runtimeAPI.handleTooLarge(request)
                return nil
            }, receivers: receivers
        ) { [self] request, responder in
            isFront(request.localPort)
                ? front.handle(request, responder) : runtimeAPI.handle(request, responder)
        }
        port.store(started.port, ordering: .releasing)
        server.withLock { $0 = started }
        return started.port
    }

    /// The front's port; 0 before the start.
    var frontPort: UInt16 { port.load(ordering: .acquiring) }

    func openPort() throws -> UInt16 {
        guard let server = server.withLock({ $0 }) else { throw HTTPServerError.stopped }
        return try server.addListener()
    }

    func closePort(_ port: UInt16) { server.withLock { $0 }?.removeListener(port) }

    /// Answers what is open with 503, stops serving and lets go of the server.
    func stop() { server.withLock { $0.take() }?.stop() }

    /// Until the first port is known no other one exists.
    private func isFront(_ port: UInt16) -> Bool {
        let first = self.port.load(ordering: .acquiring)
        return first == 0 || first == port
    }
}
