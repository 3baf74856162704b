import LambdaRuntime
import TTSR

/// Reads an event with its audit trail: GET /v1/events/{id}.
@main
struct GetEventFunction: LambdaHandler {
    private let handler: GetEventHandler

    init(_ initialization: LambdaInitialization) async throws {
        handler = try GetEventHandler(Service(initialization.environment))
    }

    func handle(
        _ request: HTTPAPIRequest, _ context: LambdaContext
    ) async throws -> HTTPAPIResponse {
        await handler.answer(request, context)
    }
}
