import TestSupport
import FoundationEssentials
import LambdaRuntime
import StrictJSON
import TTSR
import TableStore
import Testing

@testable import OutboxRetryFunction

@Suite("While the store is away")
struct StoreAwayTests {
    private let harness: Harness

    init() throws {
        harness = try Harness(isAway: true)
    }

    @Test(
        "Every route that needs the store answers 503 with Retry-After",
        arguments: ["score", "getEvent", "webhookTest", "token", "token-keys"])
    func unavailable(name: String) async throws {
        let token = try await harness.token()
        let response = try await harness.answer(Sample.request(name, token: token))
        #expect(response.statusCode == 503)
        #expect(response.headers["Retry-After"] == "5")
        #expect(try json(response)["code"] == "store_unavailable")
        #expect(!response.body.contains(harness.folder.path))
        #expect(!FileManager.default.fileExists(atPath: harness.folder.path + "/missing"))
        #expect(try await harness.rows(ServiceTables.idempotency).isEmpty)
    }

    @Test("Health answers 503 and names the component that is down")
    func health() async throws {
        let response = try await harness.answer(Sample.request("health", token: ""))
        #expect(response.statusCode == 503)
        let report = try json(response)
        #expect(report["status"] == "down")
        #expect(report["components"]?["store"] == ["status": "down", "code": "unavailable"])
        #expect(report["components"]?["outbox"] == ["status": "unknown"])
        #expect(report["components"]?["scorecard"]?["status"] == "up")
        #expect(!response.body.contains(harness.folder.path))
    }

    @Test("What needs no store is answered as ever")
    func withoutStore() async throws {
        let lost = try await harness.answer(Sample.request("health-unknown-route", token: ""))
        #expect(lost.statusCode == 404)
        let bare = try await harness.answer(Sample.request("getEvent-no-token", token: ""))
        #expect(bare.statusCode == 401)
    }

    @Test("A drain fails, so that it is invoked again")
    func drain() async throws {
        await #expect(throws: TableStoreError.self) {
            try await OutboxRetryHandler(harness.service).drain([:], harness.context())
        }
    }

    @Test("The store is found again as soon as it is back")
    func back() async throws {
        let sample = try Sample.request("health", token: "")
        #expect(try await harness.answer(sample).statusCode == 503)
        try FileManager.default.createDirectory(
            atPath: harness.folder.path + "/missing", withIntermediateDirectories: false)
        #expect(try await harness.answer(sample).statusCode == 200)
    }
}
