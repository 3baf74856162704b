/// Which sort keys a query wants; strings are ordered by their UTF-8 bytes.
public enum SortCondition: Sendable, Hashable {
    /// The one with this value.
    case equals(AttributeValue)
    /// Those before the value.
    case lessThan(AttributeValue)
    /// The value and those before it.
    case lessOrEqual(AttributeValue)
    /// Those after the value.
    case greaterThan(AttributeValue)
    /// The value and those after it.
    case greaterOrEqual(AttributeValue)
    /// Both values and those between them.
    case between(AttributeValue, AttributeValue)
    /// The strings that begin with these bytes.
    case beginsWith(String)
}
