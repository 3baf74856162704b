package import Records
package import TableStore

/// Reads and changes endpoints; every change writes its audit entry in the same transaction.
package struct WebhookEndpoints: Sendable {
    private let store: any TableStore

    /// Makes a register over a store that has ``WebhookTables``.
    package init(store: any TableStore) {
        self.store = store
    }

    /// One endpoint with the head of its audit trail.
    package func endpoint(
        tenant: String, id: String
    ) async throws(TableStoreError) -> (endpoint: WebhookEndpoint, head: AuditHead)? {
        let subject = AuditSubject.endpoint(tenant: tenant, id: id)
        guard let item = try await store.get(subject.headKey, from: subject.table) else {
            return nil
        }
        guard let endpoint = WebhookEndpoint(item: item) else { throw .corrupt }
        return (endpoint, AuditTrail.head(of: item))
    }

    /// A tenant's endpoints, in the order they were made.
    package func list(tenant: String) async throws(TableStoreError) -> [WebhookEndpoint] {
        var endpoints: [WebhookEndpoint] = []
        var after: Item?
        repeat {
            let page = try await store.query(
                Query(
                    table: WebhookTables.endpoints.name, partition: .string(tenant),
                    sort: .beginsWith("endpoint#"), after: after))
            for item in page.items {
                guard let endpoint = WebhookEndpoint(item: item) else { throw .corrupt }
                endpoints.append(endpoint)
            }
            after = page.next
        } while after != nil
        return endpoints
    }

    /// How many endpoints a tenant may have: a score and its outbox rows are one transaction, and
    /// a transaction has at most 100 writes.
    package static let endpointsMax = 50

    /// Registers a new endpoint.
    ///
    /// - Returns: false if the tenant has ``endpointsMax`` endpoints already.
    @discardableResult
    package func add(
        _ endpoint: WebhookEndpoint, actor: String
    ) async throws(TableStoreError) -> Bool {
        guard try await list(tenant: endpoint.tenant).count < Self.endpointsMax else {
            return false
        }
        let entry = AuditEntry(
            AuditFact("endpoint_added", actor: actor), atMs: endpoint.createdAtMs,
            subject: endpoint.subject, after: .genesis)
        try await store.transact([
            .put(
                endpoint.item.merging(AuditTrail.headAttributes(entry)) { $1 },
                into: WebhookTables.endpoints.name, condition: .absent("entry")),
            AuditTrail(endpoint.subject).write(entry),
        ])
        return true
    }

    /// Removes an endpoint; its trail stays. What is queued for it is cancelled when it falls due.
    ///
    /// - Returns: false if there is no such endpoint.
    package func remove(
        tenant: String, id: String, actor: String, atMs: Int64
    ) async throws(TableStoreError) -> Bool {
        var attempts = AppendAttempts()
        while let (endpoint, head) = try await endpoint(tenant: tenant, id: id) {
            try attempts.begin(after: head)
            let entry = AuditEntry(
                AuditFact("endpoint_removed", actor: actor), atMs: atMs,
                subject: endpoint.subject, after: head)
            do {
                try await store.transact([
                    .delete(
                        endpoint.subject.headKey, from: endpoint.subject.table,
                        condition: .equals("audit_seq", .number(head.sequence))),
                    AuditTrail(endpoint.subject).write(entry),
                ])
                return true
            } catch .transactionCancelled {
                continue  // Somebody else has changed it meanwhile: look again.
            }
        }
        return false
    }

    /// Enables an endpoint, or disables one whose receiver is gone.
    ///
    /// - Returns: false if there is no such endpoint.
    @discardableResult
    package func set(
        _ state: WebhookEndpoint.State, tenant: String, id: String, actor: String, atMs: Int64
    ) async throws(TableStoreError) -> Bool {
        var attempts = AppendAttempts()
        while let (endpoint, head) = try await endpoint(tenant: tenant, id: id) {
            guard endpoint.state != state else { return true }
            try attempts.begin(after: head)
            let entry = AuditEntry(
                AuditFact("endpoint_\(state.rawValue)", actor: actor), atMs: atMs,
                subject: endpoint.subject, after: head)
            do {
                try await store.transact(
                    AuditTrail(endpoint.subject).append(
                        entry, after: head, with: [.set("state", .string(state.rawValue))]))
                return true
            } catch .transactionCancelled {
                continue  // Somebody else has changed it meanwhile: look again.
            }
        }
        return false
    }

    /// Sends nothing to an endpoint until a time that its receiver asked for.
    package func pause(
        tenant: String, id: String, untilMs: Int64
    ) async throws(TableStoreError) {
        let subject = AuditSubject.endpoint(tenant: tenant, id: id)
        do {
            _ = try await store.update(
                subject.headKey, in: subject.table, [.set("paused_until", .number(untilMs))],
                condition: .lessThan("paused_until", .number(untilMs)))
        } catch .conditionFailed {
            // Removed, or already paused for longer: nothing to do.
        }
    }
}
