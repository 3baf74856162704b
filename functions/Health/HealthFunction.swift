import LambdaRuntime
import TTSR

/// Reports health, and answers what no route takes: GET /v1/health and $default.
@main
struct HealthFunction: LambdaHandler {
    private let handler: HealthHandler

    init(_ initialization: LambdaInitialization) async throws {
        handler = try HealthHandler(Service(initialization.environment))
    }

    func handle(
        _ request: HTTPAPIRequest, _ context: LambdaContext
    ) async throws -> HTTPAPIResponse {
        await handler.answer(request, context)
    }
}
