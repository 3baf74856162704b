import TestSupport
import StrictJSON
import TTSR
import TableStore
import Testing
import Webhooks

@Suite("Health reports")
struct HealthReportTests {
    private let test: TestService
    private let card: PublishedCard

    init() throws {
        test = try TestService()
        card = try PublishedCard.travel()
    }

    private func report() async -> HealthReport {
        await HealthReport(card: card, clock: test.clock.clock) { test.store }
    }

    @Test("With everything up, each component says so")
    func up() async throws {
        let report = await report()
        #expect(report.isStoreUp)
        #expect(
            report.body == #"{"status":"up","version":"0.1.0","time":"2026-11-20T12:00:00.000Z","#
                + #""components":{"scorecard":{"status":"up","id":"travel","version":"v0_rules","#
                + #""hash":"\#(card.hash)"},"store":{"status":"up","round_trip_ms":0},"#
                + #""outbox":{"status":"up","backlog":0,"oldest_age_ms":0,"dead":0}}}"#)
    }

    @Test("The backlog is counted, with the age of its oldest; dead letters ask for attention")
    func backlog() async throws {
        try await test.addEndpoint("ep_1")
        let score = try ScoreCall(test)
        _ = try await score(key: "a")
        test.clock.advance(ms: 1_500)
        _ = try await score(#"{"source":"bus","signals":{}}"#, key: "b")
        let waiting = try json(await report().body)["components"]?["outbox"]
        #expect(
            waiting == ["status": "up", "backlog": 2, "oldest_age_ms": 1_500, "dead": 0])
        let oldest = try #require(try await test.outbox().first)
        _ = try await test.store.update(
            ["delivery_id": .string(oldest.id)], in: WebhookTables.outbox.name,
            [.set("queue", "dead"), .set("state", "dead")])
        let dead = try json(await report().body)["components"]?["outbox"]
        #expect(dead == ["status": "attention", "backlog": 1, "oldest_age_ms": 0, "dead": 1])
    }

    @Test("With the store down the report says which part, and why by a code")
    func down() async throws {
        let report = await HealthReport(card: card, clock: test.clock.clock) {
            () throws(TableStoreError) -> any TableStore in throw .unavailable(code: 14)
        }
        #expect(!report.isStoreUp)
        let document = try json(report.body)
        #expect(document["status"] == "down")
        #expect(document["components"]?["store"] == ["status": "down", "code": "unavailable"])
        #expect(document["components"]?["outbox"] == ["status": "unknown"])
    }

    @Test("A store that was closed is down")
    func closed() async throws {
        test.store.close()
        #expect(await !report().isStoreUp)
    }
}
