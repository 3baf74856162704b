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

    /// Parameters: 1 the time in seconds; 2 how many.
    var selectExpired: String {
        """
        SELECT item FROM \(items) INDEXED BY "expiry_\(schema.name)"
        WHERE expiry <= ?1 ORDER BY expiry LIMIT ?2
        """
    }

    /// Everything a new table needs.
    var creation: String {
        let definition = schema.definition
        var columns = ["partition \(Self.type(definition.partitionKey)) NOT NULL"]
        if let sortKey = definition.sortKey {
            columns.append("sort \(Self.type(sortKey)) NOT NULL")
        }
        columns.append("expiry INTEGER")
        for (position, index) in definition.indexes.enumerated() {
            columns.append("index\(position)_partition \(Self.type(index.partitionKey))")
            columns.append("index\(position)_sort \(index.sortKey.map(Self.type) ?? "TEXT")")
        }
        columns.append("item BLOB NOT NULL")
        columns.append("PRIMARY KEY (\(keyColumns.joined(separator: ", ")))")
        var sql = "CREATE TABLE \(items)(\(columns.joined(separator: ", "))) WITHOUT ROWID;\n"
        for position in definition.indexes.indices {
            let columns = (indexColumns(position) + keyColumns).joined(separator: ", ")
            sql += """
                CREATE INDEX \(index(position)) ON \(items)(\(columns))
                WHERE index\(position)_partition IS NOT NULL;\n
                """
        }
        if definition.expiryAttribute != nil {
            sql += """
                CREATE INDEX "expiry_\(schema.name)" ON \(items)(expiry) WHERE expiry IS NOT NULL;\n
                """
        }
        if definition.hasStream { sql += changesCreation }
        return sql
    }

    /// AUTOINCREMENT: a sequence number is never used again, even after the stream has been trimmed.
    private var changesCreation: String {
        """
        CREATE TABLE \(changes)(
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL,
            at_ms INTEGER NOT NULL, keys BLOB NOT NULL, new_image BLOB, old_image BLOB);\n
        """
    }

    private static func type(_ attribute: KeyAttribute) -> String {
        attribute.type == .string ? "TEXT" : "INTEGER"
    }
}
