import TableStore

extension TableDefinition {
    /// A partition key only.
    static let plain = TableDefinition(name: "plain", partitionKey: KeyAttribute(name: "id"))

    /// A partition key and a text as sort key.
    static let sorted = TableDefinition(
        name: "sorted", partitionKey: KeyAttribute(name: "group"),
        sortKey: KeyAttribute(name: "name"))

    /// A number as sort key.
    static let counted = TableDefinition(
        name: "counted", partitionKey: KeyAttribute(name: "group"),
        sortKey: KeyAttribute(name: "position", type: .number))

    /// Two sparse indexes, one with a sort key.
    static let indexed = TableDefinition(
        name: "indexed", partitionKey: KeyAttribute(name: "id"),
        indexes: [
            IndexDefinition(
                name: "byDue", partitionKey: KeyAttribute(name: "state"),
                sortKey: KeyAttribute(name: "due", type: .number)),
            IndexDefinition(name: "byOwner", partitionKey: KeyAttribute(name: "owner")),
        ])

    /// Items that expire.
    static let expiring = TableDefinition(
        name: "expiring", partitionKey: KeyAttribute(name: "group"),
        sortKey: KeyAttribute(name: "name"),
        indexes: [
            IndexDefinition(name: "byOwner", partitionKey: KeyAttribute(name: "owner"))
        ], expiryAttribute: "expires")

    /// A change stream, and expiry.
    static let streamed = TableDefinition(
        name: "streamed", partitionKey: KeyAttribute(name: "id"), expiryAttribute: "expires",
        hasStream: true)

    /// Not flushed.
    static let relaxed = TableDefinition(
        name: "relaxed", partitionKey: KeyAttribute(name: "id"), durability: .relaxed)
}
