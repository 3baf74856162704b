import LambdaRuntime
import TTSR

/// Scores an event: POST /v1/score.
@main
struct ScoreFunction: LambdaHandler {
    private let handler: ScoreHandler

    init(_ initialization: LambdaInitialization) async throws {
        handler = try ScoreHandler(Service(initialization.environment))
    }

    func handle(
        _ request: HTTPAPIRequest, _ context: LambdaContext
    ) async throws -> HTTPAPIResponse {
        await handler.answer(request, context)
    }
}
