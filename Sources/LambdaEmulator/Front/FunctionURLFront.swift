internal import HTTPServer

/// Serves the URL of one function.
struct FunctionURLFront: Sendable {
    private let pool: FunctionPool
    private let isStreamed: Bool
    private let cors: CORSPolicy?
    private let context: FrontContext
    private let environment: FrontEnvironment

    init(
        _ definition: FunctionURLDefinition, to pool: FunctionPool, _ environment: FrontEnvironment
    ) {
        self.pool = pool
        isStreamed = definition.isStreamed
        cors = CORSPolicy(definition.cors)
        context = FrontContext(urlOf: definition.function)
        self.environment = environment
    }

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        if let cors, CORSPolicy.isPreflight(request) {
            return responder.respond(cors.preflight(request, status: 200))
        }
        let timeMs = environment.clock.unixMs()
        let front = FrontRequest(
            request: request, context: context, parameters: [],
            requestID: environment.identifiers.requestID(),
            traceID: request.field("X-Amzn-Trace-Id")
                ?? environment.identifiers.traceID(unixMs: timeMs), timeMs: timeMs)
        let call = FrontCall(
            front, responder, through: .functionURL, to: pool, cors: cors, timeoutMs: nil,
            environment)
        call.invoke(
            HTTPEventBuilder.make(front, isFunctionURL: true), from: .functionURL,
            isStreamed: isStreamed)
    }
}
