import TestSupport
import HTTPClient
import Records
import StrictJSON
import TableStore
import Testing

@testable import Webhooks

/// What one run makes of each kind of answer.
@Suite struct DeliveryTests {
    @Test("200 to 299 is delivered with one attempt", arguments: [200, 201, 204, 299])
    func success(status: Int) async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        bench.receivers.script(endpoint.url.text, [.status(status)])
        #expect(try await bench.run() == DrainReport(delivered: 1))
        let stored = try #require(try await bench.stored(delivery))
        #expect(stored.state == .delivered)
        #expect(stored.attempts == 1)
        #expect(stored.lease == "")
        #expect(stored.lastFailure == "")
        #expect(try await bench.trail(of: delivery.subject) == ["scored", "delivered"])
        bench.clock.advance(ms: 20 * 86_400_000)
        #expect(try await bench.run() == DrainReport())
        #expect(bench.receivers.requests.count == 1)
    }

    @Test(
        "Everything else is tried again when the schedule says",
        arguments: [199, 300, 301, 302, 307, 308, 400, 401, 403, 404, 409, 429, 500, 502, 503, 599])
    func failure(status: Int) async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        let location = HTTPField("Location", "https://elsewhere.example/")
        bench.receivers.script(endpoint.url.text, [.status(status, [location]), .status(200)])
        #expect(try await bench.run() == DrainReport(rescheduled: 1))
        let stored = try #require(try await bench.stored(delivery))
        #expect(stored.state == .pending)
        #expect(stored.attempts == 1)
        #expect(stored.dueAtMs == bench.clock.nowMs + 5_000)
        #expect(stored.lastFailure == "http_\(status)")
        bench.clock.advance(ms: 4_999)
        #expect(try await bench.run() == DrainReport())
        bench.clock.advance(ms: 1)
        #expect(try await bench.run() == DrainReport(delivered: 1))
        #expect(bench.receivers.count(endpoint.url.text) == 2)
        #expect(bench.receivers.requests.count == 2)
        #expect(
            try await bench.trail(of: delivery.subject)
                == ["scored", "delivery_failed", "delivered"])
    }

    @Test(
        "An exchange that fails is tried again and keeps its class",
        arguments: [
            HTTPClientError.Code.addressRefused, .resolve, .connect, .tls, .timeout, .receive,
        ])
    func transportFailure(code: HTTPClientError.Code) async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        bench.receivers.script(endpoint.url.text, [.failure(code)])
        #expect(try await bench.run() == DrainReport(rescheduled: 1))
        let stored = try #require(try await bench.stored(delivery))
        #expect(stored.lastFailure == code.rawValue)
        #expect(stored.dueAtMs == bench.clock.nowMs + 5_000)
    }

    @Test("Ten failures on the schedule are ten requests, then a dead letter that is kept")
    func deadLetter() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        bench.receivers.script(endpoint.url.text, [.status(500)])
        var waits: [Int64] = []
        for attempt in 1...10 {
            let report = try await bench.run()
            #expect(report == (attempt < 10 ? .init(rescheduled: 1) : .init(dead: 1)))
            let stored = try #require(try await bench.stored(delivery))
            #expect(stored.attempts == attempt)
            if attempt < 10 { waits.append((stored.dueAtMs - bench.clock.nowMs) / 1_000) }
            bench.clock.set(ms: max(bench.clock.nowMs, stored.dueAtMs))
        }
        #expect(waits == [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400])
        bench.clock.advance(ms: 90 * 86_400_000)
        #expect(try await bench.run() == DrainReport())
        #expect(bench.receivers.requests.count == 10)
        #expect(try await bench.stored(delivery)?.state == .dead)
        #expect(try await bench.outbox.list(.dead).deliveries.map(\.id) == [delivery.id])
        let expected =
            ["scored"] + Array(repeating: "delivery_failed", count: 9) + ["delivery_dead"]
        #expect(try await bench.trail(of: delivery.subject) == expected)
    }

    @Test("Three endpoints of one message: two get it once, only the failing one is tried again")
    func fanOut() async throws {
        let bench = try Workbench()
        let first = try await bench.addEndpoint("https://one.example/")
        let second = try await bench.addEndpoint("https://two.example/")
        let third = try await bench.addEndpoint("https://three.example/")
        let deliveries = try await bench.enqueue(to: first, second, third)
        bench.receivers.script(second.url.text, [.status(500), .status(204)])
        #expect(try await bench.run() == DrainReport(delivered: 2, rescheduled: 1))
        bench.clock.advance(ms: 5_000)
        #expect(try await bench.run() == DrainReport(delivered: 1))
        #expect(bench.receivers.count(first.url.text) == 1)
        #expect(bench.receivers.count(second.url.text) == 2)
        #expect(bench.receivers.count(third.url.text) == 1)
        let trail = try #require(try await bench.trail(of: deliveries[0].subject))
        #expect(trail.count == 5)
        #expect(trail.filter { $0 == "delivered" }.count == 3)
        #expect(trail.filter { $0 == "delivery_failed" }.count == 1)
    }

    @Test("Several deliveries with one subject in one batch: one entry for each attempt")
    func oneSubject() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        for _ in 0..<5 {
            let id = bench.next("evt_")
            let message = WebhookMessage(
                id: id, type: "webhook.test", createdAtMs: bench.clock.nowMs, data: .null)
            let delivery = WebhookDelivery(
                id: bench.next("dlv_"), message: message, endpoint: endpoint,
                subject: endpoint.subject, createdAtMs: bench.clock.nowMs)
            try await bench.store.transact([WebhookOutbox.enqueue(delivery)])
        }
        #expect(try await bench.run() == DrainReport(delivered: 5))
        #expect(bench.receivers.batches == [5])
        #expect(
            try await bench.trail(of: endpoint.subject)
                == ["endpoint_added"] + Array(repeating: "delivered", count: 5))
    }

    @Test("A backlog goes out in batches of 16, each message once")
    func backlog() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let deliveries = try await bench.enqueue(40, to: endpoint)
        #expect(try await bench.run() == DrainReport(delivered: 40))
        #expect(bench.receivers.batches == [16, 16, 8])
        #expect(
            bench.receivers.receivedByMessage
                == deliveries.reduce(into: [:]) { $0[$1.messageID] = 1 })
    }

    @Test("Every attempt is told of with its number, its failure and when it is tried again")
    func auditDetails() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        bench.receivers.script(endpoint.url.text, [.failure(.timeout)])
        try await bench.run()
        let document = try #require(
            try await AuditTrail(delivery.subject).documents(in: bench.store).last)
        #expect(document["actor"]?.string == "function:outboxRetry")
        #expect(document["delivery_id"]?.string == delivery.id)
        #expect(document["endpoint_id"]?.string == endpoint.id)
        #expect(document["message_id"]?.string == delivery.messageID)
        #expect(document["attempt"]?.number?.integer == 1)
        #expect(document["failure"]?.string == "timeout")
        #expect(document["retry_at"]?.string == "2026-01-01T00:00:05.000Z")
    }
}

extension DrainReport {
    init(
        delivered: Int = 0, rescheduled: Int = 0, dead: Int = 0, parked: Int = 0,
        cancelled: Int = 0, lost: Int = 0
    ) {
        self.init()
        self.delivered = delivered
        self.rescheduled = rescheduled
        self.dead = dead
        self.parked = parked
        self.cancelled = cancelled
        self.lost = lost
    }
}
