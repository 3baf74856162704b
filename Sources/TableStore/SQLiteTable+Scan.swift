extension SQLiteTable {
    /// Reads a page of the whole table in the order of its key.
    ///
    /// - Parameter after: the last key of the page before; nil begins.
    func scan(
        after: KeyValues?, limit: Int, nowMs: Int64
    ) throws(TableStoreError) -> QueryPage {
        // Scans are rare: their statement is prepared anew each time.
        let statement = try connection.prepare(sql(isContinued: after != nil))
        defer { statement.reset() }
        try statement.bind(4, Int64(limit))
        if schema.definition.expiryAttribute != nil {
            try statement.bind(3, TableSchema.seconds(nowMs))
        }
        if let after {
            try statement.bind(1, after.partition)
            if schema.definition.sortKey != nil { try statement.bind(2, after.sort) }
        }
        var page = QueryPage(items: [], next: nil)
        while try statement.step() {
            page.items.append(try statement.withBlob(0, ItemCodec.decode))
        }
        if page.items.count == limit, let last = page.items.last {
            page.next = schema.keyAttributes(of: try schema.key(of: last))
        }
        return page
    }

    /// Parameters: 1, 2 the key after; 3 the time in seconds; 4 how many.
    private func sql(isContinued: Bool) -> String {
        let names = SQLiteNames(schema)
        let columns = names.keyColumns.joined(separator: ", ")
        var terms: [String] = []
        if isContinued {
            terms.append("(\(columns)) > (\(schema.definition.sortKey == nil ? "?1" : "?1, ?2"))")
        }
        if schema.definition.expiryAttribute != nil {
            terms.append("(expiry IS NULL OR expiry > ?3)")
        }
        let filter = terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND ")
        return "SELECT item FROM \(names.items)\(filter) ORDER BY \(columns) LIMIT ?4"
    }
}
