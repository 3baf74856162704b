import HTTPServer
import Locking
import StrictJSON

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
        let errorCause: String?
        let contentType: String?
        let userAgent: String?
    }

    private struct State {
        var events: [Event]
        var statuses: [String: Int] = [:]
        var posts: [Post] = []
        var nextCount = 0
        var openMax = 0
        var held: [HTTPResponder] = []
        var extensionCalls: [String] = []
        var waits: [HTTPResponder] = []
        var server: HTTPServer?
    }

    private let state: Locked<State>
    private let together: Int
    private let whenDrained: @Sendable () -> Void
    private let whenPosted: @Sendable (Post) -> Void
    private let drainedStatus: Int?
    private let hasExtensions: Bool
    /// Opened when an extension has asked for an event.
    let extensionWaits = Gate()

    /// - Parameters:
    ///   - together: How many `next` must wait before any of them is answered, every time.
    ///   - drainedStatus: What `next` gets once the events are used up; nil leaves it waiting.
    ///   - hasExtensions: Whether it knows the paths of the Extensions API.
    ///   - whenPosted: Called with each post, before it is answered.
    ///   - whenDrained: Called when `next` finds no event.
    init(
        _ events: [Event], together: Int = 1, drainedStatus: Int? = nil,
        hasExtensions: Bool = false, whenPosted: @escaping @Sendable (Post) -> Void = { _ in },
        whenDrained: @escaping @Sendable () -> Void = {}
    ) throws {
        state = Locked(State(events: events))
        self.together = together
        self.drainedStatus = drainedStatus
        self.hasExtensions = hasExtensions
        self.whenPosted = whenPosted
        self.whenDrained = whenDrained
        let server = try HTTPServer(port: 0, bodyBytesMax: 10_000_000) {
            [weak self] request, responder in self?.serve(request, responder)
        }
        state.withLock { $0.server = server }
    }

    var authority: String { "127.0.0.1:\(state.withLock { $0.server?.port ?? 0 })" }
    var posts: [Post] { state.withLock { $0.posts } }
    var nextCount: Int { state.withLock { $0.nextCount } }
    /// The most loops that were waiting or at work at one time.
    var openMax: Int { state.withLock { $0.openMax } }

    var extensionCalls: [String] { state.withLock { $0.extensionCalls } }

    func stop() { state.withLock { $0.server.take() }?.stop() }

    private func serve(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        if request.target == "/2018-06-01/runtime/invocation/next", request.method == "GET" {
            serveNext(responder)
        } else if request.target.hasPrefix("/2020-01-01/extension/") {
            serveExtension(request, responder)
        } else {
            let post = Post(
                path: "\(request.method) \(request.target)",
                body: String(decoding: request.body, as: UTF8.self),
                errorType: request.field("Lambda-Runtime-Function-Error-Type"),
                errorCause: request.field("Lambda-Runtime-Function-XRay-Error-Cause"),
                contentType: request.field("Content-Type"),
                userAgent: request.field("User-Agent"))
            let status = state.withLock { state in
                state.posts.append(post)
                return state.statuses[post.requestID] ?? 202
            }
            whenPosted(post)
            responder.respond(status: status, body: Array(#"{"status":"OK"}"#.utf8))
        }
    }

    /// Takes a registration, and leaves a wait for events waiting.
    private func serveExtension(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        let identifier = request.field("Lambda-Extension-Identifier") ?? ""
        let body = String(decoding: request.body, as: UTF8.self)
        let call = "\(request.method) \(request.target) \(identifier)\(body)"
        state.withLock { state in
            state.extensionCalls.append(call)
            // A next that waits keeps its responder, so that the connection stays open.
            if hasExtensions, request.method == "GET" { state.waits.append(responder) }
        }
        guard hasExtensions else { return responder.respond(status: 404) }
        if request.method == "POST" {
            responder.respond(status: 200, fields: [("Lambda-Extension-Identifier", "ext-1")])
        } else {
            extensionWaits.open()
        }
    }

    private func serveNext(_ responder: HTTPResponder) {
        let (answers, isDrained) = state.withLock { state in
            state.nextCount += 1
            state.openMax = max(state.openMax, state.nextCount - state.posts.count)
            state.held.append(responder)
            guard state.held.count >= together else { return ([(HTTPResponder, Event)](), false) }
            let answers = Array(zip(state.held, state.events))
            state.held.removeFirst(answers.count)
            state.events.removeFirst(answers.count)
            for (_, event) in answers { state.statuses[event.requestID] = event.postStatus }
            return (answers, answers.isEmpty)
        }
        for (responder, event) in answers {
            responder.respond(status: 200, fields: event.fields, body: Array(event.payload.utf8))
        }
        guard isDrained else { return }
        if let drainedStatus {
            for responder in state.withLock({ $0.held }) {
                responder.respond(status: drainedStatus)
            }
        }
        whenDrained()
    }
}

extension FakeRuntimeAPI.Post {
    /// The id in the path of an answer or an error; empty for the init error.
    var requestID: String {
        let segments = path.split(separator: "/")
        return segments.count == 6 ? String(segments[4]) : ""
    }
}

extension FakeRuntimeAPI.Event {
    var requestID: String {
        fields.first { $0.0 == "Lambda-Runtime-Aws-Request-Id" }?.1 ?? ""
    }

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
