import HTTPClient

/// The internal extension that makes the platform announce the end of the process.
///
/// It subscribes to no event, so its wait for one, which the init phase does not end without,
/// lasts as long as the process.
///
/// Source: AWS Lambda developer guide, "Lambda Extensions API".
struct ShutdownExtension: Sendable {
    let authority: String

    /// Registers, and waits on a thread of its own from now on.
    ///
    /// - Returns: false when the platform has no extensions; it may send a signal all the same.
    func start() -> Bool {
        // The thread first: the platform would wait for an extension that never asks for an event.
        guard let thread = LoopThread.start() else { return false }
        guard let identifier = register() else {
            thread.end()
            return false
        }
        Task(executorPreference: thread) { wait(identifier) }
        return true
    }

    /// `POST /2020-01-01/extension/register`
    private func register() -> String? {
        let answer = send(
            HTTPRequest(
                method: "POST", url: url("register"),
                fields: [HTTPField("Lambda-Extension-Name", "ttsr-lambda-runtime")],
                body: Array(#"{"events":[]}"#.utf8)))
        guard let answer, answer.status == 200 else { return nil }
        return answer.field(Self.identifierField)
    }

    /// `GET /2020-01-01/extension/event/next`
    private func wait(_ identifier: String) {
        _ = send(
            HTTPRequest(
                url: url("event/next"), fields: [HTTPField(Self.identifierField, identifier)]))
    }

    private func send(_ request: HTTPRequest) -> HTTPResponse? {
        let connection = try? HTTPConnection(
            // No deadline: the wait is unbounded, and registering is answered at once.
            limits: HTTPLimits(deadlineMs: nil), policy: .unrestricted,
            userAgent: RuntimeAPIClient.userAgent)
        return try? connection?.send(request)
    }

    private func url(_ path: String) -> String {
        "http://\(authority)/2020-01-01/extension/\(path)"
    }

    private static let identifierField = "Lambda-Extension-Identifier"
}
