extension ChangeRecord {
    /// How a file tells a kind; the numbers never change.
    private static let kinds: [(kind: Kind, number: Int64)] = [
        (.insert, 1), (.modify, 2), (.remove, 3),
    ]

    static func number(of kind: Kind) -> Int64 {
        kinds.first { $0.kind == kind }?.number ?? 0
    }

    /// Reads a record from the columns sequence, kind, at_ms, keys, new_image and old_image.
    init(_ row: SQLiteStatement) throws(TableStoreError) {
        let number = row.integer(1)
        guard let kind = Self.kinds.first(where: { $0.number == number })?.kind else {
            throw .corrupt
        }
        self.init(
            sequence: row.integer(0), kind: kind, keys: try row.withBlob(3, ItemCodec.decode),
            newImage: row.isNull(4) ? nil : try row.withBlob(4, ItemCodec.decode),
            oldImage: row.isNull(5) ? nil : try row.withBlob(5, ItemCodec.decode),
            atMs: row.integer(2))
    }

    /// How large the items of such a row are.
    static func storedBytes(_ row: SQLiteStatement) throws(TableStoreError) -> Int {
        var bytes = 0
        for column in 3...5 { bytes += try row.withBlob(column) { $0.count } }
        return bytes
    }
}
