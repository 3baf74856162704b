import LambdaRuntime
import TTSR

/// Reads the key and the body of a request to score, and answers with the score.
struct ScoreHandler: Sendable {
    private let service: Service
    private let card: PublishedCard
    private let score: ScoreEvent

    init(_ service: Service) throws {
        self.service = service
        card = try PublishedCard.travel()
        score = ScoreEvent(card: card, clock: service.clock, identifiers: service.identifiers)
    }

    func answer(_ request: HTTPAPIRequest, _ context: LambdaContext) async -> HTTPAPIResponse {
        await service.answer(request, context, scope: .scoreWrite) { call, principal in
            let body = try call.body(
                mediaType: "application/json", bytesMax: ScoreRequest.bytesMax)
            let key = try key(call)
            let outcome = try await score(
                try ScoreRequest(body: body, card: card.card), key: key, principal: principal,
                traceID: call.traceID, in: try call.store)
            switch outcome {
            case .scored(let body): return Answer(body: body)
            case .replayed(let body):
                return Answer(fields: ["Idempotent-Replayed": "true"], body: body)
            case .keyReused: throw Problem.keyReused
            case .eventTaken: throw Problem.eventTaken
            }
        }
    }

    private func key(_ call: Call) throws -> IdempotencyKey {
        guard let field = call.field("idempotency-key") else { throw Problem.keyRequired }
        guard let key = IdempotencyKey(field: field) else { throw Problem.keyInvalid }
        return key
    }
}
