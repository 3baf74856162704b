import LambdaRuntime
import StrictJSON
import TTSR

/// Delivers the webhooks that are due: on a schedule, on a change of the outbox, or when invoked.
@main
struct OutboxRetryFunction: LambdaHandler {
    private let handler: OutboxRetryHandler

    init(_ initialization: LambdaInitialization) async throws {
        handler = try OutboxRetryHandler(Service(initialization.environment))
    }

    func handle(_ event: JSONValue, _ context: LambdaContext) async throws -> JSONValue {
        try await handler.drain(event, context)
    }
}
