package import TableStore

/// The tables of webhooks.
package enum WebhookTables {
    /// Endpoints with their audit entries, by tenant.
    package static let endpoints = TableDefinition(
        name: "webhook_endpoints",
        partitionKey: KeyAttribute(name: "tenant", type: .string),
        sortKey: KeyAttribute(name: "entry", type: .string))

    /// Deliveries, with an index of those that wait, by the time they are due.
    package static let outbox = TableDefinition(
        name: "webhook_outbox",
        partitionKey: KeyAttribute(name: "delivery_id", type: .string),
        indexes: [
            IndexDefinition(
                name: "queue_due",
                partitionKey: KeyAttribute(name: "queue", type: .string),
                sortKey: KeyAttribute(name: "due_at", type: .number))
        ],
        expiryAttribute: "expires_at",
        hasStream: true)

    /// Both.
    package static let all = [endpoints, outbox]
}
