import TestSupport
import Glibc
import Locking

/// A Runtime API on bare sockets that gives one event and tells each chunk of what is posted as it
/// comes.
final class StreamedRuntimeAPI: Sendable {
    /// What was posted, frame by frame.
    struct Post: Sendable, Equatable {
        /// The request line and the fields, by lower-case name.
        var line = ""
        var fields: [String: String] = [:]
        /// The first kilobytes of each.
        var chunks: [String] = []
        var byteCount = 0
        var trailers: [String: String] = [:]
        /// Whether the body came to its end.
        var isComplete = false
        /// Whether the client closed the connection after the answer.
        var isClosed = false
    }

    /// How the API behaves towards a post.
    struct Behaviour: Sendable {
        var status = 202
        /// Answers, and reads no further, after this many chunks.
        var answersAfterChunks = Int.max
        /// Closes the connection, without an answer, after this many chunks.
        var hangsUpAfterChunks = Int.max
    }

    let authority: String
    private let listener: Int32
    private let event: String
    private let behaviour: Behaviour
    private let whenChunk: @Sendable (String) -> Void
    private let whenPosted: @Sendable () -> Void
    private let given = Locked(false)
    private let posted = Locked<[Post]>([])

    /// - Parameters:
    ///   - whenChunk: Called with each chunk before the next one is read.
    ///   - whenPosted: Called after each post, its answer and its connection's end.
    init(
        event: String, _ behaviour: Behaviour = Behaviour(),
        whenChunk: @escaping @Sendable (String) -> Void = { _ in },
        whenPosted: @escaping @Sendable () -> Void
    ) {
        self.event = event
        self.behaviour = behaviour
        self.whenChunk = whenChunk
        self.whenPosted = whenPosted
        (listener, authority) = LoopbackListener.open()
        inThread { [self] in
            while case let peer = accept(listener, nil, nil), peer >= 0 {
                inThread { self.serve(PeerSocket(peer)) }
            }
        }
    }

    var posts: [Post] { posted.withLock { $0 } }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ peer: PeerSocket) {
        while let line = peer.line() {
            var post = Post(line: line)
            post.fields = peer.fields()
            if line.hasPrefix("GET ") {
                if !serveNext(peer) { return }
            } else {
                receive(&post, peer)
                posted.withLock { $0.append(post) }
                whenPosted()
                if post.isClosed || !post.isComplete { return }
            }
        }
    }

    /// Gives the one event; a second `next` waits until the client goes away.
    private func serveNext(_ peer: PeerSocket) -> Bool {
        let isFirst = given.withLock { given in
            defer { given = true }
            return !given
        }
        guard isFirst else {
            _ = peer.line()
            return false
        }
        peer.send(
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id-1\r\n"
                + "Lambda-Runtime-Deadline-Ms: \(TestTime.deadlineMs)\r\n"
                + "Content-Length: \(event.utf8.count)\r\n\r\n\(event)")
        return true
    }

    private func receive(_ post: inout Post, _ peer: PeerSocket) {
        if let length = post.fields["content-length"].flatMap({ Int($0) }) {
            post.chunks = [peer.text(length)]
            post.isComplete = true
            peer.send("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
            return
        }
        while post.chunks.count < min(behaviour.answersAfterChunks, behaviour.hangsUpAfterChunks) {
            guard let size = peer.line().flatMap({ Int($0, radix: 16) }) else { return }
            if size == 0 {
                post.trailers = peer.fields()
                post.isComplete = true
                break
            }
            let chunk = peer.bytes(size)
            post.chunks.append(String(decoding: chunk.prefix(4096), as: UTF8.self))
            post.byteCount += chunk.count
            _ = peer.line()
            whenChunk(post.chunks[post.chunks.count - 1])
        }
        if post.chunks.count >= behaviour.hangsUpAfterChunks {
            peer.close()
            return
        }
        peer.send("HTTP/1.1 \(behaviour.status) X\r\nContent-Length: 0\r\n\r\n")
        // What the client still had under way when it was refused is read and dropped.
        while !peer.bytes(65_536).isEmpty {}
        post.isClosed = true
    }
}
