/// What must hold of the stored item for a write to happen.
///
/// Comparisons follow DynamoDB: an attribute that is absent, or has another type than the value, is
/// not equal to it and is neither less nor greater; so `equals` and the order comparisons are
/// false, and `notEquals` is true. Order is by UTF-8 bytes for strings, by value for numbers, by
/// bytes for binaries; the other types have no order and are refused in an order comparison. An
/// item that has expired, like one that never was, has no attributes.
///
/// Source: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html>
public indirect enum Condition: Sendable, Hashable {
    /// The attribute is there, whatever its value (also `null`).
    case exists(String)
    /// The attribute is not there.
    case absent(String)
    /// The attribute is there and equals the value.
    case equals(String, AttributeValue)
    /// The attribute is not there, or differs from the value.
    case notEquals(String, AttributeValue)
    /// The attribute is there, of the value's type, and less.
    case lessThan(String, AttributeValue)
    /// The attribute is there, of the value's type, and not greater.
    case lessOrEqual(String, AttributeValue)
    /// The attribute is there, of the value's type, and greater.
    case greaterThan(String, AttributeValue)
    /// The attribute is there, of the value's type, and not less.
    case greaterOrEqual(String, AttributeValue)
    /// The attribute is a string that begins with these bytes.
    case beginsWith(String, String)
    /// Every one holds; of none: true.
    case all([Condition])
    /// At least one holds; of none: false.
    case any([Condition])
    /// The condition does not hold.
    case not(Condition)
}
