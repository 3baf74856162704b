import LambdaRuntime
import TTSR

/// Answers with an event of the client's tenant and its audit trail.
struct GetEventHandler: Sendable {
    private let service: Service

    init(_ service: Service) {
        self.service = service
    }

    func answer(_ request: HTTPAPIRequest, _ context: LambdaContext) async -> HTTPAPIResponse {
        await service.answer(request, context, scope: .eventsRead) { call, principal in
            guard let id = call.request.pathParameters["id"], EventID.isValid(id),
                let document = try await ReadEvent.document(
                    id: id, tenant: principal.tenant, in: try call.store)
            else { throw Problem.eventUnknown }
            return Answer(body: document)
        }
    }
}
