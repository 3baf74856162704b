/// DynamoDB's limits on what is stored.
///
/// Source: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
enum TableLimits {
    static let itemBytesMax = 400 * 1024
    static let transactionBytesMax = 4 * 1024 * 1024
    static let transactionWritesMax = 100
    static let partitionKeyBytesMax = 2048
    static let sortKeyBytesMax = 1024
    static let depthMax = 32
    static let queryLimitMax = 1000
    /// A page ends with the item that reaches this size.
    static let pageBytesMax = 1024 * 1024
    static let nameBytesMax = 65_535
}
