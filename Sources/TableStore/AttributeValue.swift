/// One attribute's value: a typed subset of DynamoDB's attribute values.
///
/// Numbers are 64-bit integers, because a fraction that a store rounds is a bug nobody sees; a
/// decimal travels as a string or as an integer of a smaller unit. Sets are left out: a list or a
/// map says the same. Two strings are the same value for a store when their UTF-8 bytes are the
/// same.
///
/// Source: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html>
public enum AttributeValue: Sendable, Hashable {
    /// Text, `S`.
    case string(String)
    /// A 64-bit integer, `N`.
    case number(Int64)
    /// A truth value, `BOOL`.
    case bool(Bool)
    /// Bytes, `B`.
    case binary([UInt8])
    /// The null value, `NULL`: the attribute is there and says nothing.
    case null
    /// Values in order, `L`.
    case list([AttributeValue])
    /// Named values, `M`.
    case map([String: AttributeValue])
}

/// An item: attribute values by attribute name.
public typealias Item = [String: AttributeValue]

/// The key attributes of an item and nothing else.
public typealias TableKey = Item

extension AttributeValue {
    /// The text of a `string`, else nil.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The integer of a `number`, else nil.
    public var number: Int64? {
        if case .number(let value) = self { value } else { nil }
    }

    /// The truth value of a `bool`, else nil.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The bytes of a `binary`, else nil.
    public var binary: [UInt8]? {
        if case .binary(let value) = self { value } else { nil }
    }

    /// The values of a `list`, else nil.
    public var list: [AttributeValue]? {
        if case .list(let value) = self { value } else { nil }
    }

    /// The named values of a `map`, else nil.
    public var map: [String: AttributeValue]? {
        if case .map(let value) = self { value } else { nil }
    }
}
