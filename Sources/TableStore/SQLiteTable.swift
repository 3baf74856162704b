/// One table in a SQLite file: its SQL, and its statements, each prepared once.
///
/// ```
/// items_<table>    id, expiry, partition, sort, index0_partition, index0_sort, …, item
/// key_<table>      (partition, sort), unique
/// index_<table>/…  (index0_partition, index0_sort, partition, sort) of the items that are in it
/// changes_<table>  sequence, kind, at_ms, keys, new_image, old_image
/// ```
/// The key columns are what SQLite searches by; `item` is the whole item (`ItemCodec`). Items lie
/// in the order in which they came, and only the small keys are sorted: with items sorted by random
/// keys each commit wrote half as many pages again. An index is SQLite's own, so it cannot disagree
/// with its items.
final class SQLiteTable {
    /// A row that is there and has not expired.
    struct Row {
        let item: Item
        /// The encoded item, kept only where a stream wants it.
        let blob: [UInt8]?
    }

    let schema: TableSchema
    let connection: SQLiteConnection
    var queryStatements: [QueryShape: SQLiteStatement] = [:]

    private let select: SQLiteStatement
    private let upsert: SQLiteStatement
    private let remove: SQLiteStatement
    private let selectOldest: SQLiteStatement
    private let removeRow: SQLiteStatement
    /// Where the search for expired items goes on.
    private var purgedUpToRow: Int64 = 0
    private let insertChange: SQLiteStatement?

    init(_ schema: TableSchema, on connection: SQLiteConnection) throws(TableStoreError) {
        self.schema = schema
        self.connection = connection
        let names = SQLiteNames(schema)
        select = try connection.prepare(
            "SELECT item FROM \(names.items) WHERE \(names.keyEquals)")
        upsert = try connection.prepare(names.upsert)
        remove = try connection.prepare("DELETE FROM \(names.items) WHERE \(names.keyEquals)")
        selectOldest = try connection.prepare(names.selectOldest)
        removeRow = try connection.prepare("DELETE FROM \(names.items) WHERE id = ?1")
        insertChange =
            schema.definition.hasStream
            ? try connection.prepare(
                """
                INSERT INTO \(names.changes)(kind, at_ms, keys, new_image, old_image)
                VALUES (?1, ?2, ?3, ?4, ?5)
                """) : nil
    }

    /// The item of a key; nil where it is absent or has expired.
    func row(_ key: KeyValues, nowMs: Int64) throws(TableStoreError) -> Row? {
        defer { select.reset() }
        try bind(key, to: select)
        guard try select.step() else { return nil }
        let item = try select.withBlob(0, ItemCodec.decode)
        guard !schema.isExpired(item, nowMs: nowMs) else { return nil }
        return Row(item: item, blob: schema.definition.hasStream ? select.blob(0) : nil)
    }

    /// Stores an item, and tells the stream if it differs from what was there.
    func store(_ new: EncodedItem, over old: Row?, nowMs: Int64) throws(TableStoreError) {
        try bind(new.key, to: upsert)
        try upsert.bind(3, blob: new.blob)
        try upsert.bind(4, new.expirySeconds)
        for (position, key) in new.indexKeys.enumerated() {
            try upsert.bind(5 + 2 * position, key?.partition)
            try upsert.bind(6 + 2 * position, key?.sort)
        }
        try upsert.run()
        guard insertChange != nil else { return }
        if let old, AttributeValue.areSame(old.item, new.item) { return }
        try record(
            old == nil ? .insert : .modify, new.key, new: new.blob, old: old?.blob, nowMs: nowMs)
    }

    /// Removes an item; the stream is told only of one that was there and had not expired.
    func delete(_ key: KeyValues, _ old: Row?, nowMs: Int64) throws(TableStoreError) {
        // An expired item stays for `purgeExpired`, which tells the stream of it.
        if insertChange != nil && old == nil { return }
        try bind(key, to: remove)
        try remove.run()
        try record(.remove, key, new: nil, old: old?.blob, nowMs: nowMs)
    }

    /// Looks at the next few items and removes those that have expired.
    ///
    /// Every write looks at two for each item it stores, round and round, so dead items cannot pile
    /// up, nobody has to remember to sweep, and no index on the expiry must be kept.
    func purgeExpired(limit: Int, nowMs: Int64) throws(TableStoreError) {
        guard schema.definition.expiryAttribute != nil else { return }
        var expired: [(row: Int64, item: [UInt8])] = []
        var seen = 0
        do {
            defer { selectOldest.reset() }
            try selectOldest.bind(1, purgedUpToRow)
            try selectOldest.bind(2, Int64(limit))
            while try selectOldest.step() {
                seen += 1
                purgedUpToRow = selectOldest.integer(0)
                guard !selectOldest.isNull(1),
                    selectOldest.integer(1) <= TableSchema.seconds(nowMs)
                else { continue }
                expired.append((purgedUpToRow, selectOldest.blob(2)))
            }
        }
        if seen < limit { purgedUpToRow = 0 }
        for (row, blob) in expired {
            try removeRow.bind(1, row)
            try removeRow.run()
            let key = try schema.key(of: ItemCodec.decode(blob))
            try record(.remove, key, new: nil, old: blob, nowMs: nowMs)
        }
    }

    /// Writes a change record where the table has a stream.
    ///
    /// The sequence is in commit order: it is allocated while this connection holds SQLite's write
    /// lock, which is given back only by the commit, so no other allocation can fall between the
    /// two.
    private func record(
        _ kind: ChangeRecord.Kind, _ key: KeyValues, new: [UInt8]?, old: [UInt8]?, nowMs: Int64
    ) throws(TableStoreError) {
        guard let insertChange else { return }
        try insertChange.bind(1, ChangeRecord.number(of: kind))
        try insertChange.bind(2, nowMs)
        try insertChange.bind(3, blob: ItemCodec.encode(schema.keyAttributes(of: key)))
        try insertChange.bind(4, blob: new)
        try insertChange.bind(5, blob: old)
        try insertChange.run()
    }

    private func bind(_ key: KeyValues, to statement: SQLiteStatement) throws(TableStoreError) {
        try statement.bind(1, key.partition)
        if schema.definition.sortKey != nil { try statement.bind(2, key.sort) }
    }
}
