import LambdaRuntime
import TTSR

/// Queues a test webhook: POST /v1/webhooks/test.
@main
struct WebhookTestFunction: LambdaHandler {
    private let handler: WebhookTestHandler

    init(_ initialization: LambdaInitialization) async throws {
        handler = try WebhookTestHandler(Service(initialization.environment))
    }

    func handle(
        _ request: HTTPAPIRequest, _ context: LambdaContext
    ) async throws -> HTTPAPIResponse {
        await handler.answer(request, context)
    }
}
