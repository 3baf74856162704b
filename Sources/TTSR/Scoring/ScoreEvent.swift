package import Records
import Scorecard
import StrictJSON
package import TableStore
import Webhooks

/// Scores an event exactly once per Idempotency-Key.
///
/// Scoring is pure, so there is no state "in progress": the answer is computed first, then key,
/// event, audit entry and outbox rows are committed together or not at all. Whoever loses the race
/// on the key reads the winner's answer and replays it.
package struct ScoreEvent: Sendable {
    let card: PublishedCard
    let clock: WallClock
    let identifiers: IdentifierSource

    /// Makes the use case.
    package init(card: PublishedCard, clock: WallClock, identifiers: IdentifierSource) {
        self.card = card
        self.clock = clock
        self.identifiers = identifiers
    }

    /// What came of a request.
    package enum Outcome: Sendable, Hashable {
        /// Scored now; the answer's body.
        case scored(String)
        /// Scored earlier under this key; the stored answer's body.
        case replayed(String)
        /// The key stands for another payload.
        case keyReused
        /// Another request has scored an event with this id.
        case eventTaken
    }

    /// Scores, or replays.
    ///
    /// - Parameters:
    ///   - request: read strictly.
    ///   - key: the request's Idempotency-Key.
    ///   - principal: who asks.
    ///   - traceID: goes into the answer.
    ///   - store: has ``ServiceTables``.
    package func callAsFunction(
        _ request: ScoreRequest, key: IdempotencyKey, principal: Principal, traceID: String,
        in store: any TableStore
    ) async throws(TableStoreError) -> Outcome {
        let scopedKey = StoredAnswer.scopedKey(key, for: principal)
        let fingerprint = request.fingerprint
        if let stored = try await answer(under: scopedKey, in: store) {
            return try await replay(stored, fingerprint, in: store)
        }
        let endpoints = try await WebhookEndpoints(store: store).list(tenant: principal.tenant)
        let now = clock.nowMs()
        let event = EventRecord(
            id: request.eventID ?? identifiers.make("trip_"), tenant: principal.tenant,
            request: request, decision: card.card.evaluate(request.signals), card: card,
            traceID: traceID, createdAtMs: now)
        let answer = StoredAnswer(
            scopedKey: scopedKey, fingerprint: fingerprint, body: event.answer,
            expiresAt: now / 1_000 + StoredAnswer.lifetimeSeconds)
        do {
            try await store.transact(
                writes(answer, event, principal: principal, endpoints: endpoints))
            return .scored(answer.body)
        } catch .transactionCancelled(let failed) {
            // The key's write is the first: if it failed, another request with this key has won.
            if let stored = try await self.answer(under: scopedKey, in: store) {
                return try await replay(stored, fingerprint, in: store)
            }
            guard failed.contains(1) else { throw .busy }
            return .eventTaken
        }
    }

    private func answer(
        under scopedKey: String, in store: any TableStore
    ) async throws(TableStoreError) -> StoredAnswer? {
        let key: TableKey = ["scoped_key": .string(scopedKey)]
        guard let item = try await store.get(key, from: ServiceTables.idempotency.name) else {
            return nil
        }
        guard let answer = StoredAnswer(item: item) else { throw .corrupt }
        return answer
    }

    private func replay(
        _ stored: StoredAnswer, _ fingerprint: String, in store: any TableStore
    ) async throws(TableStoreError) -> Outcome {
        guard stored.fingerprint == fingerprint else { return .keyReused }
        // The winner may still be waiting for its flush: a 200 is durable whoever gives it.
        try await store.flush()
        return .replayed(stored.body)
    }

    private func writes(
        _ answer: StoredAnswer, _ event: EventRecord, principal: Principal,
        endpoints: [WebhookEndpoint]
    ) -> [TableWrite] {
        let entry = AuditEntry(
            AuditFact(
                "scored", actor: principal.actor,
                details: [
                    JSONMember("action", .string(event.action)),
                    JSONMember("score_version", .string(event.version)),
                    JSONMember("card_hash", .string(event.cardHash)),
                    JSONMember("trace_id", .string(event.traceID)),
                ]),
            atMs: event.createdAtMs, subject: event.subject, after: .genesis)
        var writes: [TableWrite] = [
            .put(
                answer.item, into: ServiceTables.idempotency.name,
                condition: .absent("scoped_key")),
            .put(
                event.item.merging(AuditTrail.headAttributes(entry)) { $1 },
                into: ServiceTables.events.name, condition: .absent("event")),
            AuditTrail(event.subject).write(entry),
        ]
        let subscribed = endpoints.filter { $0.eventTypes.contains(EventType.scored) }
        guard !subscribed.isEmpty else { return writes }
        let message = WebhookMessage(
            id: identifiers.make("evt_"), type: EventType.scored,
            createdAtMs: event.createdAtMs, data: event.message)
        for endpoint in subscribed {
            writes.append(
                WebhookOutbox.enqueue(
                    WebhookDelivery(
                        id: identifiers.make("dlv_"), message: message, endpoint: endpoint,
                        subject: event.subject, createdAtMs: event.createdAtMs)))
        }
        return writes
    }
}

/// The types of event that can be subscribed to.
package enum EventType {
    /// An event was scored.
    package static let scored = "risk.scored"
    /// A test asked for by POST /v1/webhooks/test.
    package static let test = "webhook.test"
    /// All of them.
    package static let all = [scored, test]
}
