internal import CMicroHTTPD
import Glibc
import Locking
import Synchronization

/// A running libmicrohttpd daemon and its callbacks.
///
/// The callbacks are static functions: they run on libmicrohttpd's threads, which no actor owns.
///
/// `@unchecked Sendable` because the pointer is only read under the lock, and libmicrohttpd
/// allows `MHD_add_connection` and `MHD_stop_daemon` from any thread.
final class MHDDaemon: @unchecked Sendable {
    private static let connectionsMax: UInt32 = 8_192
    /// Bounds request line, header fields and read buffer of one connection together; a longer
    /// request line is answered 414, longer header fields 431. libmicrohttpd clears it for every
    /// request, so a larger one costs time.
    private static let connectionBytesMax = 32 * 1024

    private let pointer: Locked<OpaquePointer?>
    /// libmicrohttpd closes it when it stops.
    private let listening: Int32
    /// The callbacks hold it unretained: it lives as long as the daemon.
    private let core: HTTPServerCore

    init(
        listening descriptor: Int32, threads: Int, core: HTTPServerCore
    ) throws(HTTPServerError) {
        self.core = core
        listening = descriptor
        var settings = ttsr_mhd_settings(
            listenSocket: descriptor, threadCount: UInt32(clamping: threads),
            connectionsMax: Self.connectionsMax, connectionBytesMax: Self.connectionBytesMax,
            accessed: Self.accessed, completed: Self.completed,
            connectionChanged: Self.connectionChanged, requestStarted: Self.requestStarted,
            unescaped: { _, _, text in text.map { strlen($0) } ?? 0 },
            context: Unmanaged.passUnretained(core).toOpaque())
        guard let pointer = ttsr_mhd_start(&settings) else {
            close(descriptor)
            throw .start
        }
        self.pointer = Locked(pointer)
    }

    deinit { stop() }

    /// Hands an accepted socket over; libmicrohttpd closes it, also when it refuses it.
    func add(_ descriptor: Int32, from address: inout sockaddr_in) {
        pointer.withLock { pointer in
            guard let pointer else {
                close(descriptor)
                return
            }
            _ = LoopbackSocket.withSocketAddress(&address) {
                MHD_add_connection(
                    pointer, descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    func stop() {
        let stopped = pointer.withLock { $0.take() }
        guard let stopped else { return }
        // Its copies in processes that are being started must not keep the port open.
        shutdown(listening, Int32(SHUT_RDWR))
        MHD_stop_daemon(stopped)
    }

    private static let connectionChanged: MHD_NotifyConnectionCallback = {
        _, connection, context, change in
        guard let connection, let context else { return }
        if change == .CONNECTION_NOTIFY_STARTED {
            let descriptor = MHDConnection(pointer: connection).descriptor
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            _ = LoopbackSocket.withSocketAddress(&peer) { getpeername(descriptor, $0, &length) }
            let origin = HTTPConnectionOrigin(
                localPort: LoopbackSocket.localPort(of: descriptor),
                remoteAddress: LoopbackSocket.text(of: peer.sin_addr))
            context.pointee = Unmanaged.passRetained(origin).toOpaque()
        } else if let origin = context.pointee {
            Unmanaged<HTTPConnectionOrigin>.fromOpaque(origin).release()
            context.pointee = nil
        }
    }

    private static let requestStarted:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?
        ) -> UnsafeMutableRawPointer? = { context, target, _ in
            guard let context, let target else { return nil }
            let core = Unmanaged<HTTPServerCore>.fromOpaque(context).takeUnretainedValue()
            let exchange = HTTPExchange(
                target: String(cString: target), responder: core.makeResponder())
            core.openRequests.add(1, ordering: .relaxed)
            return Unmanaged.passRetained(exchange).toOpaque()
        }

    private static let completed: MHD_RequestCompletedCallback = { context, _, request, _ in
        guard let context, let pointer = request?.pointee else { return }
        let core = Unmanaged<HTTPServerCore>.fromOpaque(context).takeUnretainedValue()
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(pointer).takeRetainedValue()
        exchange.close()
        core.registry.forget(exchange.responder)
        core.openRequests.subtract(1, ordering: .relaxed)
        request?.pointee = nil
    }

    private static let accessed: MHD_AccessHandlerCallback = {
        context, connection, _, method, _, bytes, count, request in
        guard let context, let connection, let method, let count,
            let pointer = request?.pointee
        else { return .NO }
        let core = Unmanaged<HTTPServerCore>.fromOpaque(context).takeUnretainedValue()
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(pointer).takeUnretainedValue()
        let uploaded = UnsafeRawBufferPointer(start: bytes, count: count.pointee)
        count.pointee = 0
        let call = HTTPAccess(
            core: core, exchange: exchange, connection: MHDConnection(pointer: connection))
        return call.proceed(method: method, uploaded: uploaded) ? .YES : .NO
    }
}
