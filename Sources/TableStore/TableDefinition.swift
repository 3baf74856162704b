/// What a table is: its key, indexes, expiry, stream and durability.
public struct TableDefinition: Sendable, Hashable {
    /// What a returned write promises.
    public enum Durability: String, Sendable {
        /// The write outlives a crash of the process, of the system and of the power supply.
        case full
        /// The write outlives a crash of the process; the last seconds may be lost with the system.
        case relaxed
    }

    /// The table's name: 1 to 255 letters, digits, `_`, `-` and `.`.
    public let name: String
    /// The attribute that chooses the partition.
    public let partitionKey: KeyAttribute
    /// The attribute that orders the items of one partition; nil means one item a partition.
    public let sortKey: KeyAttribute?
    /// The table's further keys.
    public let indexes: [IndexDefinition]
    /// The attribute (a number, Unix seconds) from which on an item counts as absent.
    public let expiryAttribute: String?
    /// Whether every change is also written to the table's change stream.
    public let hasStream: Bool
    /// What a returned write promises.
    public let durability: Durability

    /// Describes a table.
    public init(
        name: String, partitionKey: KeyAttribute, sortKey: KeyAttribute? = nil,
        indexes: [IndexDefinition] = [], expiryAttribute: String? = nil, hasStream: Bool = false,
        durability: Durability = .full
    ) {
        self.name = name
        self.partitionKey = partitionKey
        self.sortKey = sortKey
        self.indexes = indexes
        self.expiryAttribute = expiryAttribute
        self.hasStream = hasStream
        self.durability = durability
    }
}
