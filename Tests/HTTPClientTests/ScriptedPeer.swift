import TestSupport
import Glibc
import Locking

/// A raw HTTP peer: one thread per connection, every received byte kept, answers as scripted.
final class ScriptedPeer: Sendable {
    enum Answer: Sendable {
        case bytes(String)
        /// The connection stays open and nothing is sent.
        case silence
        /// A complete head, then one body byte every few milliseconds without end.
        case drip
    }

    private struct State {
        var requests: [String] = []
        var connections = 0
        var concurrent = 0
        var concurrentPeak = 0
    }

    private let listener = LoopbackListener()
    private let state = Locked(State())
    private let answers: @Sendable (String) -> Answer

    /// `answers` gets the head and body of a request as text.
    init(_ answers: @escaping @Sendable (String) -> Answer) {
        self.answers = answers
        inThread { [self] in
            while case let peer = accept(listener.descriptor, nil, nil), peer >= 0 {
                state.withLock { $0.connections += 1 }
                inThread { self.serve(peer) }
            }
        }
    }

    var url: String { "http://127.0.0.1:\(listener.port)" }
    var port: UInt16 { listener.port }
    var requests: [String] { state.withLock { $0.requests } }
    var connectionCount: Int { state.withLock { $0.connections } }
    var concurrentPeak: Int { state.withLock { $0.concurrentPeak } }

    func stop() { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    static func answer(_ status: Int, _ body: String, fields: [String] = []) -> Answer {
        let lines = fields.map { $0 + "\r\n" }.joined()
        return .bytes(
            "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)")
    }

    private func serve(_ peer: Int32) {
        var bytes: [UInt8] = []
        while let request = receiveRequest(peer, &bytes) {
            state.withLock {
                $0.requests.append(request)
                $0.concurrent += 1
                $0.concurrentPeak = max($0.concurrentPeak, $0.concurrent)
            }
            let answer = answers(request)
            state.withLock { $0.concurrent -= 1 }
            switch answer {
            case .bytes(let text):
                send(peer, text)
            case .silence:
                break
            case .drip:
                send(peer, "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
                while send(peer, "x") { poll(nil, 0, 5) }
            }
        }
        close(peer)
    }

    private func receiveRequest(_ peer: Int32, _ bytes: inout [UInt8]) -> String? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let range = text.firstRange(of: "\r\n\r\n") {
                let head = text[..<range.lowerBound].lowercased()
                let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
                let total = text[..<range.upperBound].utf8.count + (length ?? 0)
                if bytes.count >= total {
                    defer { bytes.removeFirst(total) }
                    return String(decoding: bytes.prefix(total), as: UTF8.self)
                }
            }
            let count = recv(peer, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes.append(contentsOf: chunk.prefix(count))
        }
    }

    @discardableResult private func send(_ peer: Int32, _ text: String) -> Bool {
        var copy = text
        return copy.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.send(
                    peer, bytes.baseAddress.map { $0 + sent }, bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
                if count <= 0 { return false }
                sent += count
            }
            return true
        }
    }
}
