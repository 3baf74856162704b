/// One change an update makes to one attribute.
///
/// Every action sees the item as it was before the update, so the order of the actions says
/// nothing. An attribute may be named once in an update. A key attribute cannot be changed.
public enum UpdateAction: Sendable, Hashable {
    /// Sets the attribute, whatever it was.
    case set(String, AttributeValue)
    /// Sets the attribute where it is absent, else leaves it.
    case setIfAbsent(String, AttributeValue)
    /// Removes the attribute; an absent one stays absent.
    case remove(String)
    /// Adds to a number; an absent attribute counts as 0. Overflow and other types are refused.
    case add(String, Int64)
}
