import LambdaRuntime
import StrictJSON
import TTSR

/// Queues a `webhook.test` to one endpoint of the client's tenant.
struct WebhookTestHandler: Sendable {
    private let service: Service
    private let test: TestWebhook

    init(_ service: Service) {
        self.service = service
        test = TestWebhook(clock: service.clock, identifiers: service.identifiers)
    }

    func answer(_ request: HTTPAPIRequest, _ context: LambdaContext) async -> HTTPAPIResponse {
        await service.answer(request, context, scope: .webhooksWrite) { call, principal in
            let body = try call.body(mediaType: "application/json", bytesMax: 4_096)
            let endpointID = try TestWebhookRequest(body: body).endpointID
            guard
                let deliveryID = try await test(
                    endpointID: endpointID, principal: principal, in: try call.store)
            else { throw Problem.endpointUnknown }
            let answer = JSONValue.object([JSONMember("delivery_id", .string(deliveryID))])
            return Answer(
                status: 202, body: String(decoding: answer.serialized(), as: UTF8.self))
        }
    }
}
