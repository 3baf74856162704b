import TestSupport
import Glibc
import Locking

/// A Runtime API that sends one answer to `next` byte by byte as given, and keeps the first post.
///
/// The HTTP server of the other tests leaves out header fields without a value; this one does not.
final class RawRuntimeAPI: Sendable {
    let authority: String
    private let listener: Int32
    private let next: String
    private let breaks: Int
    private let post = Locked("")

    /// - Parameter breaks: So many connections are closed when `next` has come over them.
    init(next: String, breaks: Int = 0) {
        self.next = next
        self.breaks = breaks
        (listener, authority) = LoopbackListener.open()
        inThread { [self] in serve() }
    }

    /// The body of the first post.
    var posted: String { post.withLock { $0 } }

    /// Answers `next`, takes the post, and hangs up, which ends the loop.
    private func serve() {
        for _ in 0..<breaks { takeNext().close() }
        let peer = takeNext()
        peer.send(next)
        _ = peer.line()
        let length = peer.fields()["content-length"].flatMap { Int($0) } ?? 0
        let body = peer.text(length)
        post.withLock { $0 = body }
        peer.send("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        close(listener)
    }

    private func takeNext() -> PeerSocket {
        let peer = PeerSocket(accept(listener, nil, nil))
        _ = peer.line()
        _ = peer.fields()
        return peer
    }
}
