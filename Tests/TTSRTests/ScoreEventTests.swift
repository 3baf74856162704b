import TestSupport
import Records
import StrictJSON
import TTSR
import TableStore
import Testing
import Webhooks

@Suite("Scoring an event once")
struct ScoreEventTests {
    private let test: TestService
    private let score: ScoreCall

    init() throws {
        test = try TestService(busyTimeoutMs: 10)
        score = try ScoreCall(test)
    }

    @Test("An event is scored, kept, and read back with a trail that verifies")
    func scored() async throws {
        try await test.addEndpoint("ep_1")
        try await test.addEndpoint("ep_2", events: [EventType.test])
        let answer = try await score.answer(score(key: "k"))
        #expect(answer["event_id"] == "trip-1")
        #expect(answer["action"] == "review")
        #expect(answer["trace_id"] == "trace-1")
        let text = try #require(
            try await ReadEvent.document(id: "trip-1", tenant: "acme", in: test.store))
        let event = try json(text)
        #expect(event["created_at"] == "2026-11-20T12:00:00.000Z")
        #expect(event["audit"]?.array?.count == 1)
        #expect(event["audit"]?.array?.first?["type"] == "scored")
        #expect(event["audit"]?.array?.first?["actor"] == "client:app")
        for name in [
            "score", "action", "score_version", "card", "card_hash", "reasons", "trace_id",
        ] {
            #expect(event[name] == answer[name])
        }
        let verdict = try await AuditTrail(.event(tenant: "acme", id: "trip-1"))
            .verify(in: test.store)
        #expect(verdict == .holds(entries: 1))
        let queued = try await test.outbox()
        #expect(queued.map(\.endpointID) == ["ep_1"])
        let message = try json(try #require(queued.first?.body))
        #expect(message["type"] == "risk.scored")
        #expect(
            message["data"]?.object?.map(\.name) == [
                "event_id", "score", "action", "score_version",
            ])
    }

    @Test("The same key and payload get the stored answer, byte for byte, and nothing new")
    func replay() async throws {
        try await test.addEndpoint("ep_1")
        guard case .scored(let first) = try await score(key: "k") else {
            Issue.record("not scored")
            return
        }
        test.clock.advance(seconds: 60)
        let again =
            #"{"signals":{"weather":0.40,"geo":0.20,"delay":0.7},"#
            + #""source":"flight","event_id":"trip-1"}"#
        let second = try await score(again, key: "k", trace: "trace-2")
        #expect(second == .replayed(first))
        try await expectCounts(events: 1, keys: 1, deliveries: 1)
    }

    @Test("The same key with another payload is refused and changes nothing")
    func keyReused() async throws {
        _ = try await score(key: "k")
        let other = #"{"event_id":"trip-2","source":"flight","signals":{}}"#
        #expect(try await score(other, key: "k") == .keyReused)
        try await expectCounts(events: 1, keys: 1, deliveries: 0)
    }

    @Test("An event id is taken once; the refused key stays free")
    func eventTaken() async throws {
        _ = try await score(key: "k1")
        #expect(try await score(key: "k2") == .eventTaken)
        try await expectCounts(events: 1, keys: 1, deliveries: 0)
        let other = #"{"event_id":"trip-2","source":"flight","signals":{}}"#
        #expect(try await score.isScored(score(other, key: "k2")))
    }

    @Test("Events and keys of two tenants know nothing of one another")
    func tenants() async throws {
        let ours = try await score(key: "k")
        let theirs = try await score(key: "k", tenant: "other")
        #expect(score.isScored(ours))
        #expect(score.isScored(theirs))
        let read = try await ReadEvent.document(id: "trip-1", tenant: "third", in: test.store)
        #expect(read == nil)
        try await expectCounts(events: 2, keys: 2, deliveries: 0)
    }

    @Test("Two clients of a tenant have keys of their own, and events in common")
    func clients() async throws {
        _ = try await score(key: "k")
        #expect(try await score(key: "k", client: "second") == .eventTaken)
    }

    @Test("A key is kept for a day: a second less replays, a second more scores anew")
    func expiry() async throws {
        let body = #"{"source":"flight","signals":{"delay":1}}"#
        guard case .scored(let first) = try await score(body, key: "k") else {
            Issue.record("not scored")
            return
        }
        test.clock.advance(seconds: 86_399)
        #expect(try await score(body, key: "k") == .replayed(first))
        test.clock.advance(seconds: 2)
        let later = try await score(body, key: "k")
        #expect(score.isScored(later))
        #expect(later != .scored(first))
        try await expectCounts(events: 2, keys: 1, deliveries: 0)
    }

    @Test("While another program holds the store, it is busy and nothing is written")
    func busy() async throws {
        try await test.addEndpoint("ep_1")
        let holder = try RawConnection(path: test.folder.database)
        try holder.execute("BEGIN IMMEDIATE")
        await #expect(throws: TableStoreError.busy) { try await score(key: "k") }
        try await expectCounts(events: 0, keys: 0, deliveries: 0)
        try holder.execute("ROLLBACK")
        #expect(try await score.isScored(score(key: "k")))
        try await expectCounts(events: 1, keys: 1, deliveries: 1)
    }

    @Test("When the store is full the error says so, and the key stays free")
    func full() async throws {
        let full = FailingStore(base: test.store, error: .full)
        await #expect(throws: TableStoreError.full) { try await score(key: "k", in: full) }
        try await expectCounts(events: 0, keys: 0, deliveries: 0)
        #expect(try await score.isScored(score(key: "k")))
    }

    private func expectCounts(
        events: Int, keys: Int, deliveries: Int, at place: SourceLocation = #_sourceLocation
    ) async throws {
        let items = try await test.rows(ServiceTables.events)
        let heads = items.filter { $0["entry"] == "event" }
        #expect(heads.count == events, sourceLocation: place)
        // Each event has its one audit entry.
        #expect(items.count == 2 * events, sourceLocation: place)
        let stored = try await test.rows(ServiceTables.idempotency).count
        #expect(stored == keys, sourceLocation: place)
        let queued = try await test.outbox().count
        #expect(queued == deliveries, sourceLocation: place)
    }
}
