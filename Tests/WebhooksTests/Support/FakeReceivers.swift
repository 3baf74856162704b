import HTTPClient
import Locking

@testable import Webhooks

/// Receivers that answer from a script, by URL, and keep what they were sent.
final class FakeReceivers: Sendable {
    typealias Answer = Result<HTTPResponse, HTTPClientError>

    private struct State {
        var requests: [HTTPRequest] = []
        var scripts: [String: [Answer]] = [:]
        var batches: [Int] = []
    }

    private let state = Locked(State())
    private let whenSent: @Sendable ([HTTPRequest]) async -> Void

    /// - Parameter whenSent: runs after a batch has been received and before it is answered.
    init(whenSent: @escaping @Sendable ([HTTPRequest]) async -> Void = { _ in }) {
        self.whenSent = whenSent
    }

    /// The answers of a URL in turn; the last is given again and again. Without any: 200.
    func script(_ url: String, _ answers: [Answer]) {
        state.withLock { $0.scripts[url] = answers }
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var batches: [Int] { state.withLock { $0.batches } }

    func count(_ url: String) -> Int {
        state.withLock { $0.requests.count { $0.url == url } }
    }

    /// How often each message was received.
    var receivedByMessage: [String: Int] {
        requests.reduce(into: [:]) { $0[$1.field("webhook-id") ?? "", default: 0] += 1 }
    }

    var transport: WebhookTransport {
        WebhookTransport { requests in
            let answers = self.take(requests)
            await self.whenSent(requests)
            return answers
        }
    }

    private func take(_ requests: [HTTPRequest]) -> [Answer] {
        state.withLock { state in
            state.requests += requests
            state.batches.append(requests.count)
            return requests.map { request in
                guard let script = state.scripts[request.url], let first = script.first else {
                    return .status(200)
                }
                if script.count > 1 { state.scripts[request.url]?.removeFirst() }
                return first
            }
        }
    }
}

extension Result where Success == HTTPResponse, Failure == HTTPClientError {
    static func status(_ status: Int, _ fields: [HTTPField] = []) -> Self {
        .success(HTTPResponse(status: status, fields: fields, body: []))
    }

    static func status(_ status: Int, retryAfter: String) -> Self {
        .status(status, [HTTPField("Retry-After", retryAfter)])
    }

    static func failure(_ code: HTTPClientError.Code) -> Self {
        .failure(HTTPClientError(code, "made by a test"))
    }
}

extension HTTPRequest {
    /// The value of the first field of that name, compared without regard to case.
    func field(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name }?.value
    }
}
