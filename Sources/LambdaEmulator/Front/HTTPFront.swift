internal import HTTPServer

/// The template's routes over HTTP, as API Gateway would serve them.
struct HTTPFront: Sendable {
    /// The largest event a function takes.
    private static let eventBytesMax = 6 * 1024 * 1024
    /// A REST API caps a request at 10 MB; the server refuses larger ones itself.
    static let bodyBytesMax = 10 * 1024 * 1024

    let routes: RouteTable
    let directory: FunctionDirectory
    let clock: EmulatorClock
    let identifiers: IdentifierSource
    let log: EmulatorLog
    let accountID: String

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        guard let match = routes.match(method: request.method, path: request.path),
            let pool = directory.pool(named: match.route.function)
        else {
            return routes.isRESTOnly
                ? Self.refuse(403, "Missing Authentication Token", responder)
                : Self.refuse(404, "Not Found", responder)
        }
        let requestID = identifiers.requestID()
        let timeMs = clock.unixMs()
        let trace = request.field("X-Amzn-Trace-Id") ?? identifiers.traceID(unixMs: timeMs)
        let front = FrontRequest(
            request: request, match: match, requestID: requestID, traceID: trace, timeMs: timeMs,
            accountID: accountID)
        let format = match.route.format
        let event =
            format == .httpAPI ? HTTPEventBuilder.make(front) : RESTEventBuilder.make(front)
        guard event.count <= Self.eventBytesMax else {
            return Self.refuse(413, "Request Entity Too Large", responder)
        }
        pool.invoke(
            Invocation(
                requestID: requestID, event: event,
                context: Invocation.Context(traceID: trace, origin: .route(match.routeKey)),
                acceptedMs: timeMs
            ) { outcome in
                respond(outcome, of: pool.definition.name, format, responder)
            })
    }

    private func respond(
        _ outcome: InvocationOutcome, of function: String, _ format: RouteDefinition.Format,
        _ responder: HTTPResponder
    ) {
        switch outcome {
        case .refused(.throttled):
            Self.refuse(
                429, "Too Many Requests", responder,
                explanation: "all instances of \(function) are busy and its queue is full")
        case .refused(.stopping):
            Self.refuse(503, "Service Unavailable", responder)
        case .completed(let result):
            respond(result, of: function, format, responder)
        }
    }

    private func respond(
        _ result: InvocationResult, of function: String, _ format: RouteDefinition.Format,
        _ responder: HTTPResponder
    ) {
        if let failure = result.failure {
            var explanation =
                "\(function) failed with \(failure.errorType); RequestId: \(result.requestID)"
            log.note(explanation)
            if let why = result.explanationField { explanation += "; \(why)" }
            return failure.kind == .timeout
                ? Self.refuse(
                    504, "Endpoint request timed out", responder, explanation: explanation)
                : Self.refuse(502, "Internal Server Error", responder, explanation: explanation)
        }
        do {
            let answer = try HTTPAnswer(payload: result.payload, format: format)
            responder.respond(
                status: answer.status,
                fields: answer.fields + [("apigw-requestid", result.requestID)],
                body: answer.body)
        } catch {
            let explanation =
                "\(function): \(error.explanation); RequestId: \(result.requestID)"
            log.note(explanation)
            Self.refuse(502, "Internal Server Error", responder, explanation: explanation)
        }
    }

    private static func refuse(
        _ status: Int, _ message: StaticString, _ responder: HTTPResponder,
        explanation: String? = nil
    ) {
        var fields = [("content-type", "application/json")]
        if let explanation { fields.append(("x-emulator-error", explanation)) }
        responder.respond(
            status: status, fields: fields, body: Array(#"{"message":"\#(message)"}"#.utf8))
    }
}
