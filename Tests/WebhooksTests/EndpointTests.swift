import TestSupport
import HTTPClient
import Records
import TableStore
import Testing

@testable import Webhooks

/// What the state of an endpoint, or its receiver's wish for one, makes of its deliveries.
@Suite struct EndpointTests {
    @Test("410 disables the endpoint and parks this delivery and those after it")
    func gone() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let first = try #require(try await bench.enqueue(to: endpoint).first)
        bench.receivers.script(endpoint.url.text, [.status(410), .status(200)])
        #expect(try await bench.run() == DrainReport(parked: 1))
        let second = try #require(try await bench.enqueue(to: endpoint).first)
        #expect(try await bench.run() == DrainReport(parked: 1))
        #expect(bench.receivers.requests.count == 1)
        #expect(try await bench.stored(first)?.state == .parked)
        #expect(try await bench.stored(first)?.attempts == 1)
        #expect(try await bench.stored(second)?.state == .parked)
        #expect(try await bench.stored(second)?.attempts == 0)
        #expect(
            try await bench.trail(of: endpoint.subject) == ["endpoint_added", "endpoint_disabled"])
        #expect(try await bench.trail(of: first.subject) == ["scored", "delivery_parked"])

        try await bench.endpoints.set(
            .enabled, tenant: endpoint.tenant, id: endpoint.id, actor: "operator",
            atMs: bench.clock.nowMs)
        for parked in try await bench.outbox.list(.parked).deliveries {
            let done = try await bench.outbox.redrive(
                parked, actor: "operator", atMs: bench.clock.nowMs)
            #expect(done)
        }
        #expect(try await bench.run() == DrainReport(delivered: 2))
        #expect(
            try await bench.trail(of: first.subject)
                == ["scored", "delivery_parked", "delivery_redriven", "delivered"])
    }

    @Test(
        "Retry-After of 429 and 503 pauses the endpoint; what waits counts no attempt",
        arguments: [429, 503])
    func pause(status: Int) async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let other = try await bench.addEndpoint("https://other.example/")
        let first = try #require(try await bench.enqueue(to: endpoint).first)
        bench.receivers.script(
            endpoint.url.text, [.status(status, retryAfter: "120"), .status(200)])
        #expect(try await bench.run() == DrainReport(rescheduled: 1))
        let dueAtMs = bench.clock.nowMs + 120_000
        #expect(try await bench.stored(first)?.dueAtMs == dueAtMs)
        let second = try #require(try await bench.enqueue(to: endpoint).first)
        try await bench.enqueue(to: other)
        #expect(try await bench.run() == DrainReport(delivered: 1, rescheduled: 1))
        #expect(bench.receivers.count(endpoint.url.text) == 1)
        #expect(try await bench.stored(second)?.attempts == 0)
        #expect(try await bench.stored(second)?.dueAtMs == dueAtMs)
        #expect(try await bench.trail(of: second.subject) == ["scored"])
        bench.clock.set(ms: dueAtMs - 1)
        #expect(try await bench.run() == DrainReport())
        bench.clock.set(ms: dueAtMs)
        #expect(try await bench.run() == DrainReport(delivered: 2))
    }

    @Test("Retry-After of another status pauses nothing")
    func noPause() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let first = try #require(try await bench.enqueue(to: endpoint).first)
        bench.receivers.script(endpoint.url.text, [.status(500, retryAfter: "120"), .status(200)])
        #expect(try await bench.run() == DrainReport(rescheduled: 1))
        #expect(try await bench.stored(first)?.dueAtMs == bench.clock.nowMs + 5_000)
        try await bench.enqueue(to: endpoint)
        #expect(try await bench.run() == DrainReport(delivered: 1))
    }

    @Test("Retry-After of the last attempt pauses the endpoint, too")
    func lastAttempt() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        var last = try #require(try await bench.enqueue(to: endpoint).first)
        last.attempts = 9
        try await bench.store.transact([WebhookOutbox.finish(last, atMs: 0)])
        bench.receivers.script(endpoint.url.text, [.status(429, retryAfter: "60")])
        #expect(try await bench.run() == DrainReport(dead: 1))
        try await bench.enqueue(to: endpoint)
        #expect(try await bench.run() == DrainReport(rescheduled: 1))
        #expect(bench.receivers.requests.count == 1)
    }

    @Test("A removed endpoint's deliveries are cancelled, nothing is sent")
    func removed() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        let wasRemoved = try await bench.endpoints.remove(
            tenant: endpoint.tenant, id: endpoint.id, actor: "operator", atMs: bench.clock.nowMs)
        #expect(wasRemoved)
        #expect(try await bench.run() == DrainReport(cancelled: 1))
        #expect(bench.receivers.requests.isEmpty)
        #expect(try await bench.stored(delivery)?.state == .cancelled)
        #expect(try await bench.trail(of: delivery.subject) == ["scored", "delivery_cancelled"])
    }

    @Test("A stored endpoint without a readable secret is not read")
    func unsigned() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        var item = endpoint.item
        #expect(WebhookEndpoint(item: item) == endpoint)
        item["secrets"] = .list([])
        #expect(WebhookEndpoint(item: item) == nil)
        item["secrets"] = .list(["whsec_short"])
        #expect(WebhookEndpoint(item: item) == nil)
    }

    @Test("A delivery that is not dead or parked is not redriven")
    func redriveRefused() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        let pending = try await bench.outbox.redrive(delivery, actor: "operator", atMs: 0)
        #expect(!pending)
        try await bench.run()
        let delivered = try #require(try await bench.stored(delivery))
        let again = try await bench.outbox.redrive(delivered, actor: "operator", atMs: 0)
        #expect(!again)
        #expect(try await bench.run() == DrainReport())
    }

    @Test("A tenant has at most fifty endpoints, so that a score's rows fit a transaction")
    func endpointsMax() async throws {
        let bench = try Workbench()
        let one = try await bench.addEndpoint()
        for _ in 1..<WebhookEndpoints.endpointsMax { _ = try await bench.addEndpoint() }
        let more = WebhookEndpoint(
            id: "ep_more", tenant: one.tenant, url: one.url, eventTypes: one.eventTypes,
            secrets: one.secrets, createdAtMs: 0)
        #expect(try await bench.endpoints.add(more, actor: "operator") == false)
        #expect(
            try await bench.endpoints.list(tenant: one.tenant).count
                == WebhookEndpoints.endpointsMax)
    }
}
