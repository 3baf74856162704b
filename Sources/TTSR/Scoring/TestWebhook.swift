package import Records
import StrictJSON
package import TableStore
import Webhooks

/// Queues a signed `webhook.test` to one endpoint.
package struct TestWebhook: Sendable {
    let clock: WallClock
    let identifiers: IdentifierSource

    /// Makes the use case.
    package init(clock: WallClock, identifiers: IdentifierSource) {
        self.clock = clock
        self.identifiers = identifiers
    }

    /// Queues a test, with its audit entry.
    ///
    /// - Returns: the delivery's id, or nil if the tenant has no such endpoint.
    package func callAsFunction(
        endpointID: String, principal: Principal, in store: any TableStore
    ) async throws(TableStoreError) -> String? {
        let endpoints = WebhookEndpoints(store: store)
        var attempts = AppendAttempts()
        while let (endpoint, head) = try await endpoints.endpoint(
            tenant: principal.tenant, id: endpointID)
        {
            try attempts.begin(after: head)
            let now = clock.nowMs()
            let message = WebhookMessage(
                id: identifiers.make("evt_"), type: EventType.test, createdAtMs: now,
                data: .object([JSONMember("endpoint_id", .string(endpoint.id))]))
            let delivery = WebhookDelivery(
                id: identifiers.make("dlv_"), message: message, endpoint: endpoint,
                subject: endpoint.subject, createdAtMs: now)
            let details = [JSONMember("delivery_id", .string(delivery.id))]
            let entry = AuditEntry(
                AuditFact("test_queued", actor: principal.actor, details: details), atMs: now,
                subject: endpoint.subject, after: head)
            do {
                try await store.transact(
                    [WebhookOutbox.enqueue(delivery)]
                        + AuditTrail(endpoint.subject).append(entry, after: head))
                return delivery.id
            } catch .transactionCancelled {
                continue  // Somebody else has appended to the trail: read its end again.
            }
        }
        return nil
    }
}
