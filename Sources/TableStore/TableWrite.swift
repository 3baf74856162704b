/// One write of a transaction.
public enum TableWrite: Sendable, Hashable {
    /// Stores an item in the place of whatever has its key.
    case put(Item, into: String, condition: Condition? = nil)
    /// Changes attributes of an item, which comes into being where it was absent.
    case update(TableKey, in: String, [UpdateAction], condition: Condition? = nil)
    /// Removes an item; an absent one stays absent.
    case delete(TableKey, from: String, condition: Condition? = nil)
    /// Writes nothing: the transaction happens only if the condition holds.
    case check(TableKey, in: String, Condition)
}
