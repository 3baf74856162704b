/// The SQL of one table; its names hold only characters that need no escape within quotes.
struct SQLiteNames {
    let schema: TableSchema

    init(_ schema: TableSchema) {
        self.schema = schema
    }

    var items: String { "\"items_\(schema.name)\"" }
    var changes: String { Self.changes(of: schema.name) }

    static func changes(of table: String) -> String { "\"changes_\(table)\"" }

    /// The table's key as parameters 1 and 2.
    var keyEquals: String {
        schema.definition.sortKey == nil ? "partition = ?1" : "partition = ?1 AND sort = ?2"
    }

    var keyColumns: [String] {
        schema.definition.sortKey == nil ? ["partition"] : ["partition", "sort"]
    }

    /// The unique index on the table's own key.
    var key: String { "\"key_\(schema.name)\"" }

    func index(_ position: Int) -> String {
        "\"index_\(schema.name)/\(schema.definition.indexes[position].name)\""
    }

    func indexColumns(_ position: Int) -> [String] {
        schema.definition.indexes[position].sortKey == nil
            ? ["index\(position)_partition"]
            : ["index\(position)_partition", "index\(position)_sort"]
    }

    /// Parameters: 1, 2 the key; 3 the item; 4 the expiry; from 5 on the pairs of index keys.
    var upsert: String {
        var columns = schema.definition.sortKey == nil ? [("partition", 1)] : []
        if columns.isEmpty { columns = [("partition", 1), ("sort", 2)] }
        let key = columns.map(\.0).joined(separator: ", ")
        var values = [("item", 3), ("expiry", 4)]
        for position in schema.definition.indexes.indices {
            values += [
                ("index\(position)_partition", 5 + 2 * position),
                ("index\(position)_sort", 6 + 2 * position),
            ]
        }
        columns += values
        return """
            INSERT INTO \(items)(\(columns.map(\.0).joined(separator: ", ")))
            VALUES (\(columns.map { "?\($0.1)" }.joined(separator: ", ")))
            ON CONFLICT(\(key)) DO UPDATE SET
            \(values.map { "\($0.0) = excluded.\($0.0)" }.joined(separator: ", "))
            """
    }

    /// Parameters: 1 the row to go on behind; 2 how many.
    var selectOldest: String {
        "SELECT id, expiry, item FROM \(items) WHERE id > ?1 ORDER BY id LIMIT ?2"
    }

    /// Everything a new table needs.
    var creation: String {
        let definition = schema.definition
        var columns = ["id INTEGER PRIMARY KEY", "expiry INTEGER"]
        columns.append("partition \(Self.type(definition.partitionKey)) NOT NULL")
        if let sortKey = definition.sortKey {
            columns.append("sort \(Self.type(sortKey)) NOT NULL")
        }
        for (position, index) in definition.indexes.enumerated() {
            columns.append("index\(position)_partition \(Self.type(index.partitionKey))")
            columns.append("index\(position)_sort \(index.sortKey.map(Self.type) ?? "TEXT")")
        }
        columns.append("item BLOB NOT NULL")
        var sql = """
            CREATE TABLE \(items)(\(columns.joined(separator: ", ")));
            CREATE UNIQUE INDEX \(key) ON \(items)(\(keyColumns.joined(separator: ", ")));\n
            """
        for position in definition.indexes.indices {
            let columns = (indexColumns(position) + keyColumns).joined(separator: ", ")
            sql += """
                CREATE INDEX \(index(position)) ON \(items)(\(columns))
                WHERE index\(position)_partition IS NOT NULL;\n
                """
        }
        if definition.hasStream { sql += changesCreation }
        return sql
    }

    /// The sequence is one more than the greatest that is there. No number is used again, because a
    /// trim keeps the newest record; AUTOINCREMENT would cost every commit one more page.
    private var changesCreation: String {
        """
        CREATE TABLE \(changes)(
            sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, at_ms INTEGER NOT NULL,
            keys BLOB NOT NULL, new_image BLOB, old_image BLOB);\n
        """
    }

    private static func type(_ attribute: KeyAttribute) -> String {
        attribute.type == .string ? "TEXT" : "INTEGER"
    }
}
