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
