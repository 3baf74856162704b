/// A second key by which the same items can be queried.
///
/// The index is sparse: an item that lacks one of its key attributes is not in it. All attributes
/// are projected. Several items may have the same index key.
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
