import TestSupport
import HTTPClient
import LambdaRuntime
import Records
import StrictJSON
import TTSR
import TableStore
import Testing
import Webhooks

@testable import OutboxRetryFunction

@Suite("Webhooks")
struct WebhookFunctionTests {
    private let harness: Harness

    init() throws {
        harness = try Harness()
    }

    private func test(_ id: String, token: String) async throws -> HTTPAPIResponse {
        try await harness.answer(
            HTTPAPIRequest(
                routeKey: "POST /v1/webhooks/test", rawPath: "/v1/webhooks/test",
                headers: [
                    "authorization": "Bearer \(token)", "content-type": "application/json",
                ], body: #"{"endpoint_id":"\#(id)"}"#))
    }

    private func drain() async throws -> JSONValue {
        try await OutboxRetryHandler(harness.service).drain([:], harness.context())
    }

    @Test("A test is queued with its audit entry, signed and delivered")
    func queued() async throws {
        try await harness.addEndpoint("ep_1")
        let response = try await test("ep_1", token: harness.token())
        #expect(response.statusCode == 202)
        let id = try #require(try json(response)["delivery_id"]?.string)
        let delivery = try await WebhookOutbox(store: harness.store).delivery(id)
        #expect(delivery?.state == .pending)
        #expect(delivery?.eventType == "webhook.test")
        #expect(try await drain()["delivered"] == 1)
        let sent = try #require(harness.sent.requests.first)
        let body = try StrictJSON.parse(try #require(sent.body))
        #expect(body["type"] == "webhook.test")
        #expect(body["data"] == ["endpoint_id": "ep_1"])
        let names = sent.fields.map { $0.name.lowercased() }
        for name in ["ttsr-signature", "webhook-id", "webhook-timestamp", "webhook-signature"] {
            #expect(names.contains(name))
        }
        let trail = AuditTrail(.endpoint(tenant: "acme", id: "ep_1"))
        let types = try await trail.documents(in: harness.store).map { $0["type"]?.string }
        #expect(types == ["endpoint_added", "test_queued", "delivered"])
        #expect(try await trail.verify(in: harness.store) == .holds(entries: 3))
    }

    @Test("An endpoint that is unknown, or another tenant's, is 404 and queues nothing")
    func unknownEndpoint() async throws {
        try await harness.addEndpoint("ep_1", tenant: "other")
        let token = try await harness.token()
        for id in ["ep_1", "ep_2"] {
            let response = try await test(id, token: token)
            #expect(response.statusCode == 404)
            #expect(try json(response)["code"] == "endpoint_not_found")
        }
        #expect(try await harness.rows(WebhookTables.outbox).isEmpty)
    }

    @Test("A delivery is told in the event's trail, which verifies; a second drain finds nothing")
    func eventTrail() async throws {
        try await harness.addEndpoint("ep_1")
        let token = try await harness.token()
        _ = try await harness.answer(Sample.request("score", token: token))
        harness.sent.answer(with: 500)
        #expect(try await drain()["rescheduled"] == 1)
        #expect(try await drain()["rescheduled"] == 0)
        harness.sent.answer(with: 204)
        harness.clock.advance(seconds: 6)
        #expect(try await drain()["delivered"] == 1)
        #expect(harness.sent.requests.count == 2)
        let event = try json(try await harness.answer(Sample.request("getEvent", token: token)))
        let types = event["audit"]?.array?.map { $0["type"]?.string }
        #expect(types == ["scored", "delivery_failed", "delivered"])
        let verdict = try await AuditTrail(.event(tenant: "acme", id: "sample-1"))
            .verify(in: harness.store)
        #expect(verdict == .holds(entries: 3))
    }

    @Test("An event of another tenant is not found, though its id is right")
    func otherTenant() async throws {
        let token = try await harness.token()
        _ = try await harness.answer(Sample.request("score", token: token))
        let stranger = try await harness.token("stranger", tenant: "other")
        let response = try await harness.answer(Sample.request("getEvent", token: stranger))
        #expect(response.statusCode == 404)
        let colleague = try await harness.token("colleague")
        let shared = try await harness.answer(Sample.request("getEvent", token: colleague))
        #expect(shared.statusCode == 200)
    }
}
