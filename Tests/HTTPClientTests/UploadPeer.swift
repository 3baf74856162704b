import TestSupport
import Glibc
import Locking

/// The receiving end of an upload, on bare sockets: what the kernel has can be read at once, on the
/// test's own thread.
final class UploadPeer: Sendable {
    private let listener = LoopbackListener()

    var port: UInt16 { listener.port }
    var url: String { "http://127.0.0.1:\(listener.port)" }

    struct NoConnection: Error {}

    /// The connection that waits; a client that has sent something is connected already.
    func accept() throws -> Connection {
        let descriptor = Glibc.accept(listener.descriptor, nil, nil)
        guard descriptor >= 0 else { throw NoConnection() }
        return Connection(descriptor)
    }

    /// Refuses every further connection.
    func close() { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    /// Works on the next connection on a thread of its own.
    func whenConnected(_ work: @escaping @Sendable (Connection) -> Void) {
        inThread { [self] in
            if let connection = try? accept() { work(connection) }
        }
    }

    /// The sizes of the chunks in which the bytes come, the last one 0; known once the request is
    /// answered with 202.
    ///
    /// Reads in small steps, so that the sender has to wait for it.
    func chunkSizes(of bytes: [UInt8]) -> Later<[Int]> {
        let sizes = Later<[Int]>([])
        whenConnected { connection in
            var body: [UInt8] = []
            var found: [Int] = []
            while connection.line() != "" {}
            while found.last != 0, let size = connection.line().flatMap({ Int($0, radix: 16) }) {
                body += connection.bytes(size)
                _ = connection.line()
                found.append(size)
            }
            sizes.set(body == bytes ? found : [])
            connection.send("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        }
        return sizes
    }

    /// A value that another thread sets before it lets the test go on.
    final class Later<Value: Sendable>: Sendable {
        private let state: Locked<Value>
        init(_ value: Value) { state = Locked(value) }
        var value: Value { state.withLock { $0 } }
        func set(_ value: Value) { state.withLock { $0 = value } }
    }

    final class Connection: Sendable {
        private let descriptor: Int32

        init(_ descriptor: Int32) { self.descriptor = descriptor }

        deinit { Glibc.close(descriptor) }

        /// The next bytes; fewer only when the client has closed.
        func bytes(_ count: Int) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            var filled = 0
            while filled < count {
                let read = bytes.withUnsafeMutableBytes {
                    recv(
                        descriptor, $0.baseAddress.map { $0 + filled }, min(count - filled, 4096), 0
                    )
                }
                guard read > 0 else { break }
                filled += read
            }
            return Array(bytes.prefix(filled))
        }

        func received(_ count: Int) -> String { String(decoding: bytes(count), as: UTF8.self) }

        /// A line without its end; nil when the client has closed.
        func line() -> String? {
            var line: [UInt8] = []
            while let byte = bytes(1).first {
                if byte == 0x0A { return String(decoding: line.dropLast(), as: UTF8.self) }
                line.append(byte)
            }
            return nil
        }

        /// Everything until the client closes.
        func rest() -> String {
            var all: [UInt8] = []
            while case let more = bytes(1), !more.isEmpty { all += more }
            return String(decoding: all, as: UTF8.self)
        }

        func send(_ text: String) {
            let bytes = Array(text.utf8)
            _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }

        /// Resets the connection.
        func hangUp() {
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                descriptor, SOL_SOCKET, SO_LINGER, &linger,
                socklen_t(MemoryLayout.size(ofValue: linger)))
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }
}
