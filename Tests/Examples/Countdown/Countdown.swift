import LambdaRuntime

/// Counts down by server-sent events (WHATWG HTML, section 9.2), one number a message.
///
/// Not deployed: an example of the documentation, and what the tests of streaming run.
@main
struct Countdown: LambdaStreamingHandler {
    init(_ initialization: LambdaInitialization) {}

    func handle(
        _ request: HTTPAPIRequest, _ response: LambdaResponseWriter, _ context: LambdaContext
    ) async throws {
        let start = request.queryStringParameters["from"].flatMap { Int($0) } ?? 3
        guard (1...1000).contains(start) else { throw CountdownError.outOfRange }
        try await response.begin(
            HTTPResponsePrelude(statusCode: 200, headers: ["Content-Type": "text/event-stream"]))
        for number in (1...start).reversed() {
            try await response.write("data: \(number)\n\n")
        }
    }
}

/// Why there is no countdown.
enum CountdownError: LambdaFailure {
    case outOfRange

    var code: String { "OutOfRange" }
    var publicMessage: String { "from is not a number from 1 to 1000" }
}
