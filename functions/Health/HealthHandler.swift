import LambdaRuntime
import TTSR

/// Answers with the state of every component; 503 when the store is down.
///
/// It also answers every request that no route takes, so that these are problem details, too.
struct HealthHandler: Sendable {
    private let service: Service
    private let card: PublishedCard

    init(_ service: Service) throws {
        self.service = service
        card = try PublishedCard.travel()
    }

    func answer(_ request: HTTPAPIRequest, _ context: LambdaContext) async -> HTTPAPIResponse {
        await service.answer(request, context) { _ in
            guard request.routeKey == "GET /v1/health" else {
                throw Route.problem(path: request.rawPath)
            }
            let report = await HealthReport(
                card: card, clock: service.clock, open: service.provider.store)
            return Answer(
                status: report.isStoreUp ? 200 : 503, fields: ["Cache-Control": "no-store"],
                body: report.body)
        }
    }
}
