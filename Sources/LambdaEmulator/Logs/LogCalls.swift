internal import HTTPServer

/// The log over HTTP: `GET /_emulator/logs?function=&lines=&follow=`.
///
/// Answers with the last lines as text, and with `follow=true` with every later one as it comes.
struct LogCalls: Sendable {
    private static let linesMax = 100_000

    let history: LogHistory
    let directory: FunctionDirectory

    var calls: [AdminCall] { [AdminCall(method: "GET", path: "logs", handle: answer)] }

    private func answer(_ request: AdminRequest, _ responder: HTTPResponder) {
        guard let count = Int(request.parameter("lines") ?? "100"), (0...Self.linesMax) ~= count
        else {
            return AdminAPI.refuse(400, "lines: 0 to \(Self.linesMax) was expected", responder)
        }
        var function = request.parameter("function")
        if let name = function {
            guard let pool = directory.pool(named: name) else {
                return AdminAPI.refuse(404, "no function has this name", responder)
            }
            function = pool.definition.name
        }
        let fields = [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")]
        guard request.parameter("follow") == "true" else {
            return responder.respond(
                status: 200, fields: fields, body: history.last(count, of: function))
        }
        history.follow(
            responder.stream(status: 200, fields: fields), of: function, from: count)
    }
}
