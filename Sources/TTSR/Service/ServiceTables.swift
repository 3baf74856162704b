package import TableStore
import Webhooks

/// Every table of the service.
package enum ServiceTables {
    /// Scored events with their audit entries.
    package static let events = TableDefinition(
        name: "events",
        partitionKey: KeyAttribute(name: "event", type: .string),
        sortKey: KeyAttribute(name: "entry", type: .string))

    /// Idempotency keys with the answers that they stand for.
    package static let idempotency = TableDefinition(
        name: "idempotency",
        partitionKey: KeyAttribute(name: "scoped_key", type: .string),
        expiryAttribute: "expires_at")

    /// Clients and what they may do.
    package static let clients = TableDefinition(
        name: "clients", partitionKey: KeyAttribute(name: "client_id", type: .string))

    /// The keys that sign access tokens.
    package static let signingKeys = TableDefinition(
        name: "signing_keys", partitionKey: KeyAttribute(name: "key_id", type: .string))

    /// Rate limit windows: a crash may lose a second of them, and they cost a score no flush.
    package static let counters = TableDefinition(
        name: "counters", partitionKey: KeyAttribute(name: "counter", type: .string),
        expiryAttribute: "expires_at", durability: .relaxed)

    /// All of them, those of webhooks included.
    package static let all =
        [events, idempotency, clients, signingKeys, counters] + WebhookTables.all
}
