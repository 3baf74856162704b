/// An item ready to be stored: checked, measured and encoded.
struct EncodedItem: Sendable {
    let item: Item
    let key: KeyValues
    let indexKeys: [KeyValues?]
    let expirySeconds: Int64?
    let sizeBytes: Int
    let blob: [UInt8]

    /// Checks an item against its table and the limits, and encodes it.
    init(_ item: Item, of schema: TableSchema) throws(TableStoreError) {
        let sizeBytes = try AttributeValue.sizeBytes(of: item)
        guard sizeBytes <= TableLimits.itemBytesMax else {
            throw .tooLarge(
                "an item of table \(schema.name) exceeds \(TableLimits.itemBytesMax) bytes")
        }
        guard item[""] == nil else {
            throw .invalid("an item of table \(schema.name) has an attribute without a name")
        }
        self.item = item
        self.sizeBytes = sizeBytes
        key = try schema.key(of: item)
        indexKeys = try schema.indexKeys(of: item)
        expirySeconds = schema.expirySeconds(of: item)
        blob = ItemCodec.encode(item)
    }
}
