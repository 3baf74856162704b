/// A question for the items of one partition, in the order of their sort key.
public struct Query: Sendable, Hashable {
    /// The table.
    public var table: String
    /// The index whose key is asked for; nil means the table's own key.
    public var index: String?
    /// The partition key's value.
    public var partition: AttributeValue
    /// Which of the partition's items; nil means all of them.
    public var sort: SortCondition?
    /// Whether the least sort key comes first.
    public var ascending: Bool
    /// How many items a page has at most, 1 to 1,000.
    public var limit: Int
    /// The `next` of the page before; nil starts at the beginning.
    public var after: Item?

    /// Asks for a page of a partition's items.
    public init(
        table: String, index: String? = nil, partition: AttributeValue, sort: SortCondition? = nil,
        ascending: Bool = true, limit: Int = 100, after: Item? = nil
    ) {
        self.table = table
        self.index = index
        self.partition = partition
        self.sort = sort
        self.ascending = ascending
        self.limit = limit
        self.after = after
    }
}
