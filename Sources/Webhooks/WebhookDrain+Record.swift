import Records
import TableStore

extension WebhookDrain {
    /// Records what came of a batch: each delivery's new state and its audit entry together, and
    /// all of a batch in one transaction if nothing else has changed meanwhile.
    func record(
        _ outcomes: [DeliveryOutcome], key: EndpointKey
    ) async throws(TableStoreError) -> DrainReport {
        let now = clock.nowMs()
        var outcomes = outcomes
        var failure: TableStoreError?
        if outcomes.contains(where: \.isGone) {
            do throws(TableStoreError) {
                try await endpoints.set(
                    .disabled, tenant: key.tenant, id: key.id, actor: actor, atMs: now)
            } catch {
                guard error.isOfOneItem else { throw error }
                // To park for an endpoint that is not disabled would be to park for ever.
                outcomes.removeAll(where: \.isGone)
                failure = error
            }
        }
        if let until = outcomes.map(\.pauseUntilMs).max(), until > 0 {
            try await endpoints.pause(tenant: key.tenant, id: key.id, untilMs: until)
        }
        var report = DrainReport()
        if failure == nil, try await recordTogether(outcomes, atMs: now) {
            outcomes.forEach { report.count($0.delivery) }
            return report
        }
        for outcome in outcomes {
            do throws(TableStoreError) {
                if try await recordAlone(outcome, atMs: now) {
                    report.count(outcome.delivery)
                } else {
                    report.lost += 1
                }
            } catch {
                guard error.isOfOneItem else { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return report
    }

    /// - Returns: false if it was not committed, since something has moved.
    private func recordTogether(
        _ outcomes: [DeliveryOutcome], atMs: Int64
    ) async throws(TableStoreError) -> Bool {
        let subjects = Set(outcomes.map(\.delivery.subject))
        guard subjects.count == outcomes.count, !outcomes.isEmpty else { return outcomes.isEmpty }
        do throws(TableStoreError) {
            var writes: [TableWrite] = []
            for outcome in outcomes {
                writes += self.writes(
                    for: outcome, after: try await head(for: outcome), atMs: atMs)
            }
            try await store.transact(writes)
            return true
        } catch {
            if case .transactionCancelled = error { return false }
            guard error.isOfOneItem else { throw error }
            return false
        }
    }

    /// - Returns: false if another has taken the delivery over.
    private func recordAlone(
        _ outcome: DeliveryOutcome, atMs: Int64
    ) async throws(TableStoreError) -> Bool {
        var attempts = AppendAttempts()
        while true {
            let head = try await head(for: outcome)
            if let head { try attempts.begin(after: head) }
            do {
                try await store.transact(writes(for: outcome, after: head, atMs: atMs))
                return true
            } catch .transactionCancelled(let failed) {
                // The first write is the delivery's own: it fails only when the lease is lost. Any
                // other is the trail's: somebody else has appended, and the end is read again.
                if failed.contains(0) || head == nil { return false }
            }
        }
    }

    /// The end of the trail that tells of an outcome; nil if none does.
    private func head(
        for outcome: DeliveryOutcome
    ) async throws(TableStoreError) -> AuditHead? {
        let subject = outcome.delivery.subject
        // A wait that the receiver asked for earlier is no attempt and no news.
        guard outcome.fact != nil else { return nil }
        return try await store.get(subject.headKey, from: subject.table)
            .map(AuditTrail.head(of:))
    }

    private func writes(
        for outcome: DeliveryOutcome, after head: AuditHead?, atMs: Int64
    ) -> [TableWrite] {
        let finish = WebhookOutbox.finish(outcome.delivery, atMs: atMs)
        let subject = outcome.delivery.subject
        guard let fact = outcome.fact, let head else { return [finish] }
        let entry = AuditEntry(fact, atMs: atMs, subject: subject, after: head)
        return [finish] + AuditTrail(subject).append(entry, after: head)
    }
}

extension TableStoreError {
    /// Whether it comes of the items that were named, so that others may still be written.
    fileprivate var isOfOneItem: Bool {
        switch self {
        case .corrupt, .invalid, .tooLarge: true
        default: false
        }
    }
}

/// What a run of the drain did, in deliveries.
package struct DrainReport: Sendable, Hashable {
    /// Accepted by their receivers.
    package var delivered = 0
    /// Failed, or asked to wait, and due again later.
    package var rescheduled = 0
    /// Failed for the last time.
    package var dead = 0
    /// Kept for a disabled endpoint.
    package var parked = 0
    /// Ended with a removed endpoint.
    package var cancelled = 0
    /// Taken over by another worker before the outcome was recorded.
    package var lost = 0

    package init() {}

    mutating func count(_ delivery: WebhookDelivery) {
        switch delivery.state {
        case .delivered: delivered += 1
        case .pending: rescheduled += 1
        case .dead: dead += 1
        case .parked: parked += 1
        case .cancelled: cancelled += 1
        }
    }

    mutating func add(_ other: DrainReport) {
        delivered += other.delivered
        rescheduled += other.rescheduled
        dead += other.dead
        parked += other.parked
        cancelled += other.cancelled
        lost += other.lost
    }
}
