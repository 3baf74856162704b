import Glibc
import HTTPClient
import Records
import StrictJSON
import Locking
import TTSR
import TableStore
import Testing
import Webhooks

/// Exactly once, under parallel requests and under SIGKILL.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ExactlyOnceTests {
    @Test func fiftyParallelRequestsWithOneKeyLeaveOneOfEverything() async throws {
        let workspace = try Workspace()
        let receivers = try [Receiver(), Receiver()]
        for receiver in receivers {
            _ = try GoldenFlowTests.endpoint(of: receiver, in: workspace)
        }
        let emulator = try RunningEmulator(workspace)
        let token = try await emulator.token()
        let body = #"{"source": "rail", "signals": {"delay": 0.25, "weather": 1}}"#
        let request = emulator.scoreRequest(token: token, key: "one-key", body: body)

        let results = await emulator.send(Array(repeating: request, count: 50))
        let answers = try results.map { try $0.get() }
        #expect(answers.allSatisfy { $0.status == 200 })
        #expect(Set(answers.map(\.body)).count == 1)
        #expect(answers.count { $0.field("idempotent-replayed") == nil } == 1)

        for receiver in receivers { _ = await receiver.deliveries { !$0.isEmpty } }
        let store = try SQLiteStore(path: workspace.database, tables: ServiceTables.all)
        let events = try await store.scan("events", limit: 1_000, after: nil).items
        #expect(events.count { $0["entry"] == "event" } == 1)
        #expect(try await store.scan("idempotency", limit: 1_000, after: nil).items.count == 1)
        let outbox = try await store.scan("webhook_outbox", limit: 1_000, after: nil).items
        #expect(Set(outbox.compactMap { $0["endpoint_id"]?.string }).count == 2)
        #expect(outbox.count == 2)
        #expect(emulator.stop() == 0)
    }

    @Test func killingFunctionsUnderLoadLosesNothingThatWasAnswered() async throws {
        let workspace = try Workspace()
        let receiver = try Receiver()
        _ = try GoldenFlowTests.endpoint(of: receiver, in: workspace)
        let emulator = try RunningEmulator(workspace)
        let token = try await emulator.token()

        var answered: [String: [UInt8]] = [:]
        var killed = 0
        for round in 0..<20 {
            let ids = (0..<24).map { "trip-\(round)-\($0)" }
            let requests = ids.map { Self.request($0, emulator, token) }
            async let results = emulator.send(requests)
            killed += try Self.killSome(emulator, round: round)
            for (id, result) in zip(ids, await results) {
                // One whose function was killed under it has failed; its retry below must not.
                guard case .success(let answer) = result, answer.status == 200 else { continue }
                answered[id] = answer.body
            }
        }
        #expect(killed >= 10, "too few processes were killed for the test to mean anything")
        #expect(answered.count >= 100)

        // What was answered 200 is there, and a retry of anything gets one answer for good.
        for round in 0..<20 {
            let ids = (0..<24).map { "trip-\(round)-\($0)" }
            let retries = await emulator.send(ids.map { Self.request($0, emulator, token) })
            for (id, retry) in zip(ids, retries) {
                let answer = try retry.get()
                #expect(answer.status == 200)
                if let first = answered[id] { #expect(answer.body == first) }
            }
        }
        let deliveries = await receiver.deliveries { Set($0.map(\.id)).count == 480 }
        #expect(Set(deliveries.map(\.id)).count == 480)
        let store = try SQLiteStore(path: workspace.database, tables: ServiceTables.all)
        #expect(try await Self.count("idempotency", in: store) == 480)
        #expect(try await Self.count("webhook_outbox", in: store) == 480)
        #expect(emulator.stop() == 0)
        let verified = try Command.ttsr(workspace, "audit", "verify")
        #expect(verified.status == 0, "\(verified.errors)")
    }

    private static func request(
        _ id: String, _ emulator: RunningEmulator, _ token: String
    ) -> HTTPRequest {
        emulator.scoreRequest(
            token: token, key: "key-\(id)",
            body: #"{"event_id": "\#(id)", "source": "bus", "signals": {"delay": 0.5}}"#)
    }

    /// Kills functions' processes while requests are under way.
    ///
    /// - Returns: how many.
    private static func killSome(_ emulator: RunningEmulator, round: Int) throws -> Int {
        let victims = try emulator.children().filter {
            ["score", "outboxRetry"].contains(ProcessTable.name(of: $0))
        }
        var killed = 0
        for (index, victim) in victims.enumerated() where (index + round) % 3 == 0 {
            killed += kill(victim, SIGKILL) == 0 ? 1 : 0
        }
        return killed
    }

    private static func count(_ table: String, in store: SQLiteStore) async throws -> Int {
        var count = 0
        var after: Item?
        repeat {
            let page = try await store.scan(table, limit: 1_000, after: after)
            count += page.items.count
            after = page.next
        } while after != nil
        return count
    }
}
