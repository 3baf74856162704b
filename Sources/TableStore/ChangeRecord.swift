/// One change of one item, as a table's stream tells it.
public struct ChangeRecord: Sendable, Hashable {
    /// What happened to the item.
    public enum Kind: String, Sendable {
        /// It was absent (or expired) and is there now.
        case insert
        /// It was there and has other attributes now.
        case modify
        /// It was there and is not any more.
        case remove
    }

    /// Its place in the stream: greater than that of every change committed before it.
    public let sequence: Int64
    /// What happened.
    public let kind: Kind
    /// The item's key attributes.
    public let keys: Item
    /// The item after the change; nil for `remove`.
    public let newImage: Item?
    /// The item before the change; nil for `insert`.
    public let oldImage: Item?
    /// When it was written, Unix milliseconds of the writer's clock.
    public let atMs: Int64

    /// Makes a record.
    public init(
        sequence: Int64, kind: Kind, keys: Item, newImage: Item?, oldImage: Item?, atMs: Int64
    ) {
        self.sequence = sequence
        self.kind = kind
        self.keys = keys
        self.newImage = newImage
        self.oldImage = oldImage
        self.atMs = atMs
    }
}
