import HTTPServer
import StrictJSON
import Synchronization

@testable import LambdaRuntime

/// A Runtime API over real HTTP: hands out the given events, keeps what is posted.
final class FakeRuntimeAPI: Sendable {
    struct Event: Sendable {
        var payload: String
        var fields: [(String, String)] = []
        /// The status of the answer to what is posted for this event.
        var postStatus = 202
    }

    struct Post: Sendable {
        let path: String
        let body: String
        let errorType: String?
        let contentType: String?
        let userAgent: String?
    }

    private struct State {
        var waiting: [Event]
        var current: Event?
        var posts: [Post] = []
        var nextCount = 0
        var held: HTTPResponder?
        var server: HTTPServer?
    }

    private let state: Mutex<State>
    private let whenDrained: @Sendable () -> Void
    private let drainedStatus: Int?

    /// - Parameters:
    ///   - drainedStatus: What `next` gets once the events are used up; nil leaves it waiting.
    ///   - whenDrained: Called when `next` finds no event.
    init(
        _ events: [Event], drainedStatus: Int? = nil,
        whenDrained: @escaping @Sendable () -> Void = {}
    ) throws {
        state = Mutex(State(waiting: events))
        self.drainedStatus = drainedStatus
        self.whenDrained = whenDrained
        let server = try HTTPServer(port: 0, bodyBytesMax: 10_000_000) {
            [weak self] request, responder in self?.serve(request, responder)
        }
        state.withLock { $0.server = server }
    }

    var authority: String { "127.0.0.1:\(state.withLock { $0.server?.port ?? 0 })" }
    var posts: [Post] { state.withLock { $0.posts } }
    var nextCount: Int { state.withLock { $0.nextCount } }

    func stop() { state.withLock { $0.server.take() }?.stop() }

    private func serve(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        if request.target == "/2018-06-01/runtime/invocation/next", request.method == "GET" {
            serveNext(responder)
        } else {
            let status = state.withLock { state in
                state.posts.append(
                    Post(
                        path: "\(request.method) \(request.target)",
                        body: String(decoding: request.body, as: UTF8.self),
                        errorType: request.field("Lambda-Runtime-Function-Error-Type"),
                        contentType: request.field("Content-Type"),
                        userAgent: request.field("User-Agent")))
                return state.current?.postStatus ?? 202
            }
            responder.respond(status: status, body: Array(#"{"status":"OK"}"#.utf8))
        }
    }

    private func serveNext(_ responder: HTTPResponder) {
        let event = state.withLock { state -> Event? in
            state.nextCount += 1
            state.current = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
            if state.current == nil, drainedStatus == nil { state.held = responder }
            return state.current
        }
        if let event {
            responder.respond(status: 200, fields: event.fields, body: Array(event.payload.utf8))
        } else {
            if let drainedStatus { responder.respond(status: drainedStatus) }
            whenDrained()
        }
    }
}

extension FakeRuntimeAPI.Event {
    /// An event with the fields that AWS always sends.
    static func plain(_ payload: String, id: String, postStatus: Int = 202) -> Self {
        Self(
            payload: payload,
            fields: [
                ("Lambda-Runtime-Aws-Request-Id", id),
                ("Lambda-Runtime-Deadline-Ms", "1700000000000"),
                ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:0:function:f"),
                ("Lambda-Runtime-Trace-Id", "Root=1-\(id)"),
            ], postStatus: postStatus)
    }
}
