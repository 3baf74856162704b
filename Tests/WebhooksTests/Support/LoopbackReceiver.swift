import HTTPServer
import Locking

/// A real receiver on 127.0.0.1 that answers from a script and keeps what it was sent.
final class LoopbackReceiver: Sendable {
    struct Answer: Sendable {
        var status = 200
        var fields: [(String, String)] = []
        var body: [UInt8] = []
    }

    private final class Log: Sendable {
        let requests = Locked<[HTTPServerRequest]>([])
    }

    private let log: Log
    private let server: HTTPServer

    /// - Parameter answers: in turn; the last is given again and again.
    init(_ answers: Answer...) throws {
        let log = Log()
        self.log = log
        server = try HTTPServer(port: 0, bodyBytesMax: 1 << 20) { request, responder in
            let number = log.requests.withLock { requests in
                requests.append(request)
                return requests.count
            }
            let answer = answers.isEmpty ? Answer() : answers[min(number, answers.count) - 1]
            responder.respond(status: answer.status, fields: answer.fields, body: answer.body)
        }
    }

    var url: String { "http://127.0.0.1:\(server.port)/hook?from=test" }
    var requests: [HTTPServerRequest] { log.requests.withLock(\.self) }

    func stop() { server.stop() }
}
