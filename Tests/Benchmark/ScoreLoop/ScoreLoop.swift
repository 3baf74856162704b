import LambdaRuntime
import TTSR

/// The runtime's benchmark: reads an HTTP event, scores its body strictly, answers with JSON; no
/// store, no log line, so that what is measured is the run loop and the JSON.
@main
struct ScoreLoop: LambdaHandler {
    private let card: PublishedCard

    init(_ initialization: LambdaInitialization) async throws {
        card = try PublishedCard.travel()
    }

    func handle(
        _ request: HTTPAPIRequest, _ context: LambdaContext
    ) async throws -> HTTPAPIResponse {
        let event = try ScoreRequest(body: try request.bodyBytes(), card: card.card)
        return HTTPAPIResponse(
            statusCode: 200, headers: ["Content-Type": "application/json"],
            body: EventRecord.preview(event, card: card))
    }
}
