import TestSupport
import StrictJSON
import TTSR
import TableStore
import Testing

/// Calls the use case as the function does.
struct ScoreCall: Sendable {
    private let test: TestService
    private let card: PublishedCard
    private let score: ScoreEvent

    init(_ test: TestService) throws {
        self.test = test
        card = try PublishedCard.travel()
        score = ScoreEvent(
            card: card, clock: test.clock.clock, identifiers: test.service.identifiers)
    }

    /// What most tests score: 36.0 points, `review`.
    static let body =
        #"{"event_id":"trip-1","source":"flight","signals":{"delay":0.7,"geo":0.2,"weather":0.4}}"#

    func callAsFunction(
        _ body: String = ScoreCall.body, key: String, client: String = "app",
        tenant: String = "acme", trace: String = "trace-1", in store: (any TableStore)? = nil
    ) async throws -> ScoreEvent.Outcome {
        try await score(
            ScoreRequest(body: Array(body.utf8), card: card.card),
            key: #require(IdempotencyKey(field: key)),
            principal: Principal(
                clientID: client, tenant: tenant, scopes: [.scoreWrite], rateLimit: 600),
            traceID: trace, in: store ?? test.store)
    }

    func isScored(_ outcome: ScoreEvent.Outcome) -> Bool {
        if case .scored = outcome { true } else { false }
    }

    /// The answer of an outcome that has one.
    func answer(_ outcome: ScoreEvent.Outcome) throws -> JSONValue {
        switch outcome {
        case .scored(let body), .replayed(let body): try json(body)
        case .keyReused, .eventTaken: nil
        }
    }
}
