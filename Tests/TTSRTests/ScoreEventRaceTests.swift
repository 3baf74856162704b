import TestSupport
import TTSR
import TableStore
import Testing
import Webhooks

@Suite("Scoring under one key at once")
struct ScoreEventRaceTests {
    @Test("Of 50 parallel requests over two instances one scores, and all get its answer")
    func oneKey() async throws {
        let first = try TestService()
        let second = try TestService(clock: first.clock, folder: first.folder)
        try await first.addEndpoint("ep_1")
        try await first.addEndpoint("ep_2")
        let outcomes = try await race(first, second) { call, index in
            try await call(key: "k", trace: "trace-\(index)")
        }
        let scored = outcomes.compactMap { if case .scored(let body) = $0 { body } else { nil } }
        #expect(scored.count == 1)
        let answer = try #require(scored.first)
        #expect(outcomes.filter { $0 == .replayed(answer) }.count == 49)
        #expect(try await first.rows(ServiceTables.idempotency).count == 1)
        #expect(try await first.rows(ServiceTables.events).count == 2)
        #expect(try await first.outbox().map(\.endpointID).sorted() == ["ep_1", "ep_2"])
    }

    @Test("Of 50 parallel requests for one event under keys of their own one scores it")
    func oneEvent() async throws {
        let first = try TestService()
        let second = try TestService(clock: first.clock, folder: first.folder)
        let outcomes = try await race(first, second) { call, index in
            try await call(key: "k\(index)")
        }
        #expect(outcomes.filter { $0 == .eventTaken }.count == 49)
        #expect(try await first.rows(ServiceTables.idempotency).count == 1)
        #expect(try await first.rows(ServiceTables.events).count == 2)
    }

    @Test("Of 50 parallel requests with payloads of their own under one key one scores")
    func onePayload() async throws {
        let first = try TestService()
        let second = try TestService(clock: first.clock, folder: first.folder)
        let outcomes = try await race(first, second) { call, index in
            try await call(
                #"{"event_id":"trip-\#(index)","source":"flight","signals":{}}"#, key: "k")
        }
        #expect(outcomes.filter { $0 == .keyReused }.count == 49)
        #expect(try await first.rows(ServiceTables.events).count == 2)
    }

    private func race(
        _ first: TestService, _ second: TestService,
        _ request: @escaping @Sendable (ScoreCall, Int) async throws -> ScoreEvent.Outcome
    ) async throws -> [ScoreEvent.Outcome] {
        let calls = [try ScoreCall(first), try ScoreCall(second)]
        return try await withThrowingTaskGroup(of: ScoreEvent.Outcome.self) { group in
            for index in 0..<50 {
                group.addTask { try await request(calls[index % 2], index) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
