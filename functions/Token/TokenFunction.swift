import LambdaRuntime
import TTSR

/// Issues access tokens and publishes their keys: POST /v1/oauth/token.
@main
struct TokenFunction: LambdaHandler {
    private let handler: TokenHandler

    init(_ initialization: LambdaInitialization) async throws {
        handler = try TokenHandler(Service(initialization.environment))
    }

    func handle(
        _ request: HTTPAPIRequest, _ context: LambdaContext
    ) async throws -> HTTPAPIResponse {
        await handler.answer(request, context)
    }
}
