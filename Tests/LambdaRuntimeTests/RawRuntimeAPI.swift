import Glibc
import Locking

/// A Runtime API that sends one answer to `next` byte by byte as given, and keeps the first post.
///
/// The HTTP server of the other tests leaves out header fields without a value; this one does not.
final class RawRuntimeAPI: Sendable {
    let authority: String
    private let listener: Int32
    private let next: [UInt8]
    private let post = Locked("")

    init(next: String) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.next = Array(next.utf8)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(bind(descriptor, generic, size) == 0 && listen(descriptor, 1) == 0)
                precondition(getsockname(descriptor, generic, &size) == 0)
            }
        }
        authority = "127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                if let context {
                    Unmanaged<RawRuntimeAPI>.fromOpaque(context).takeRetainedValue().serve()
                }
                return nil
            }, context)
        pthread_detach(thread)
    }

    /// The first post, head and body.
    var posted: String { post.withLock { $0 } }

    /// Answers `next`, takes the post, and hangs up, which ends the loop.
    private func serve() {
        let peer = accept(listener, nil, nil)
        var bytes = [UInt8](repeating: 0, count: 65_536)
        _ = recv(peer, &bytes, bytes.count, 0)
        _ = send(peer, next, next.count, 0)
        let count = recv(peer, &bytes, bytes.count, 0)
        post.withLock { $0 = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) }
        let accepted = Array("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".utf8)
        _ = send(peer, accepted, accepted.count, 0)
        close(listener)
        close(peer)
    }
}
