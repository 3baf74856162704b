import Records
import StrictJSON
package import TableStore

/// Reads and changes the outbox: every change is conditional, so that two workers never both
/// hold, finish or bring back the same delivery.
package struct WebhookOutbox: Sendable {
    private let store: any TableStore

    /// Makes an outbox over a store that has ``WebhookTables``.
    package init(store: any TableStore) {
        self.store = store
    }

    /// The write that queues a delivery, to go into the transaction of what it tells of.
    package static func enqueue(_ delivery: WebhookDelivery) -> TableWrite {
        .put(delivery.item, into: table, condition: .absent("delivery_id"))
    }

    /// Deliveries in one state, the earliest due first.
    ///
    /// - Parameters:
    ///   - state: `pending`, `dead` or `parked`: only these are in the index.
    ///   - dueBeforeMs: only those due up to this time, in milliseconds since 1970.
    ///   - after: where the page before ended.
    package func list(
        _ state: WebhookDelivery.State, dueBeforeMs: Int64 = .max, limit: Int = 100,
        after: Item? = nil
    ) async throws(TableStoreError) -> (deliveries: [WebhookDelivery], next: Item?) {
        let page = try await store.query(
            Query(
                table: Self.table, index: "queue_due", partition: .string(state.rawValue),
                sort: .lessOrEqual(.number(dueBeforeMs)), limit: limit, after: after))
        return (page.items.compactMap(WebhookDelivery.init(item:)), page.next)
    }

    /// One delivery by its id.
    package func delivery(_ id: String) async throws(TableStoreError) -> WebhookDelivery? {
        try await store.get(["delivery_id": .string(id)], from: Self.table)
            .flatMap(WebhookDelivery.init(item:))
    }

    /// Claims deliveries under a lease, in one transaction for all that nobody else took first.
    ///
    /// - Parameters:
    ///   - deliveries: as they were read, at most 100.
    ///   - lease: a new token: only its holder can finish them.
    ///   - untilMs: when the lease ends.
    /// - Returns: those that are now held.
    package func claim(
        _ deliveries: [WebhookDelivery], lease: String, untilMs: Int64
    ) async throws(TableStoreError) -> [WebhookDelivery] {
        var wanted = deliveries
        while !wanted.isEmpty {
            do {
                try await store.transact(
                    wanted.map { Self.claim($0, lease: lease, untilMs: untilMs) })
                break
            } catch .transactionCancelled(let lost) {
                guard !lost.isEmpty else { return [] }
                let lost = Set(lost)
                wanted = wanted.indices.filter { !lost.contains($0) }.map { wanted[$0] }
            }
        }
        return wanted.map {
            var held = $0
            held.lease = lease
            held.dueAtMs = untilMs
            held.attempts += 1
            return held
        }
    }

    /// The write that finishes a delivery as its holder.
    ///
    /// - Parameters:
    ///   - delivery: in its new state, with the lease it was claimed under; a holder whose lease
    ///     another has taken over fails.
    ///   - atMs: now; what needs nothing more is kept for 30 days from then.
    package static func finish(_ delivery: WebhookDelivery, atMs: Int64) -> TableWrite {
        var actions: [UpdateAction] = [
            .set("state", .string(delivery.state.rawValue)),
            .set("due_at", .number(delivery.dueAtMs)),
            .set("attempts", .number(delivery.attempts)),
            .set("last_failure", .string(delivery.lastFailure)),
            .set("lease", ""),
        ]
        if let queue = delivery.item["queue"] {
            actions.append(.set("queue", queue))
        } else {
            actions.append(.remove("queue"))
            actions.append(.set("expires_at", .number(atMs / 1_000 + retentionSeconds)))
        }
        return .update(
            ["delivery_id": .string(delivery.id)], in: table, actions,
            condition: .equals("lease", .string(delivery.lease)))
    }

    /// Sends a dead or parked delivery again from its first attempt, with its audit entry.
    ///
    /// - Returns: false if it is no longer in that state.
    package func redrive(
        _ delivery: WebhookDelivery, actor: String, atMs: Int64
    ) async throws(TableStoreError) -> Bool {
        guard delivery.state == .dead || delivery.state == .parked else { return false }
        let pending = AttributeValue.string(WebhookDelivery.State.pending.rawValue)
        let again = TableWrite.update(
            ["delivery_id": .string(delivery.id)], in: Self.table,
            [
                .set("state", pending), .set("queue", pending), .set("due_at", .number(atMs)),
                .set("attempts", 0), .set("lease", ""),
            ],
            condition: .equals("state", .string(delivery.state.rawValue)))
        let subject = delivery.subject
        var attempts = AppendAttempts()
        while true {
            var writes = [again]
            if let item = try await store.get(subject.headKey, from: subject.table) {
                let head = AuditTrail.head(of: item)
                try attempts.begin(after: head)
                let entry = AuditEntry(
                    AuditFact(
                        "delivery_redriven", actor: actor,
                        details: [JSONMember("delivery_id", .string(delivery.id))]),
                    atMs: atMs, subject: subject, after: head)
                writes += AuditTrail(subject).append(entry, after: head)
            }
            do {
                try await store.transact(writes)
                return true
            } catch .transactionCancelled(let failed) {
                if failed.contains(0) { return false }
            }
        }
    }

    private static func claim(
        _ delivery: WebhookDelivery, lease: String, untilMs: Int64
    ) -> TableWrite {
        .update(
            ["delivery_id": .string(delivery.id)], in: table,
            [
                .set("lease", .string(lease)), .set("due_at", .number(untilMs)),
                .set("attempts", .number(delivery.attempts + 1)),
            ],
            condition: .all([
                .equals("queue", .string(WebhookDelivery.State.pending.rawValue)),
                .equals("lease", .string(delivery.lease)),
                .equals("due_at", .number(delivery.dueAtMs)),
            ]))
    }

    private static let table = WebhookTables.outbox.name
    private static let retentionSeconds: Int64 = 30 * 86_400
}
