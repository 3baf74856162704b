/// An attribute that is part of a key, with the one type it may have.
public struct KeyAttribute: Sendable, Hashable {
    /// The types a key attribute may have.
    public enum ValueType: String, Sendable {
        /// Text, 1 byte to 2,048 (partition key) or 1,024 bytes (sort key) of UTF-8.
        case string
        /// A 64-bit integer.
        case number
    }

    /// The attribute's name.
    public let name: String
    /// The type its value must have.
    public let type: ValueType

    /// Names a key attribute.
    public init(name: String, type: ValueType = .string) {
        self.name = name
        self.type = type
    }
}

/// A second key by which the same items can be queried.
///
/// The index is sparse: an item that lacks one of its key attributes is not in it. All attributes are
/// projected. Several items may have the same index key.
public struct IndexDefinition: Sendable, Hashable {
    /// The index's name, unique within its table.
    public let name: String
    /// The attribute a query of this index names.
    public let partitionKey: KeyAttribute
    /// The attribute that orders the items of one partition.
    public let sortKey: KeyAttribute?

    /// Names an index and its key.
    public init(name: String, partitionKey: KeyAttribute, sortKey: KeyAttribute? = nil) {
        self.name = name
        self.partitionKey = partitionKey
        self.sortKey = sortKey
    }
}

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
