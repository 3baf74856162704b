extension SQLiteTable {
    /// Reads a page.
    func page(_ prepared: PreparedQuery, nowMs: Int64) throws(TableStoreError) -> QueryPage {
        let shape = QueryShape(prepared)
        let statement = try statement(for: shape)
        defer { statement.reset() }
        try bind(prepared, shape, nowMs: nowMs, to: statement)
        var page = QueryPage(items: [], next: nil)
        var bytes = 0
        while try statement.step() {
            page.items.append(
                try statement.withBlob(0) { blob throws(TableStoreError) in
                    bytes += blob.count
                    return try ItemCodec.decode(blob)
                })
            if bytes >= TableLimits.pageBytesMax { break }
        }
        let isFull = page.items.count == prepared.query.limit || bytes >= TableLimits.pageBytesMax
        if isFull { page.next = page.items.last.map(prepared.next(after:)) }
        return page
    }

    private func statement(
        for shape: QueryShape
    ) throws(TableStoreError) -> SQLiteStatement {
        if let statement = queryStatements[shape] { return statement }
        let statement = try connection.prepare(shape.sql(for: SQLiteNames(schema)))
        queryStatements[shape] = statement
        return statement
    }

    private func bind(
        _ prepared: PreparedQuery, _ shape: QueryShape, nowMs: Int64, to statement: SQLiteStatement
    ) throws(TableStoreError) {
        let definition = schema.definition
        try statement.bind(1, prepared.query.partition)
        if definition.expiryAttribute != nil {
            try statement.bind(2, TableSchema.seconds(nowMs))
        }
        try bind(prepared.query.sort, to: statement)
        try statement.bind(5, Int64(prepared.query.limit))
        guard let after = prepared.query.after else { return }
        for column in shape.order(in: definition) {
            try statement.bind(column.parameter, after[column.attribute.name])
        }
    }

    private func bind(
        _ sort: SortCondition?, to statement: SQLiteStatement
    ) throws(TableStoreError) {
        switch sort {
        case nil: return
        case .equals(let value), .lessThan(let value), .lessOrEqual(let value),
            .greaterThan(let value), .greaterOrEqual(let value):
            try statement.bind(3, value)
        case .between(let lower, let upper):
            try statement.bind(3, lower)
            try statement.bind(4, upper)
        case .beginsWith(let prefix):
            try statement.bind(3, text: prefix)
            // The least text behind all that have the prefix. A last byte of UTF-8 is at most 0xBF,
            // so it can always be one more; SQLite compares the bytes and minds nothing else.
            var upper = Array(prefix.utf8)
            if let last = upper.popLast() { upper.append(last + 1) }
            try statement.bind(4, textBytes: upper)
        }
    }
}

extension QueryShape {
    fileprivate init(_ prepared: PreparedQuery) {
        index = prepared.index
        ascending = prepared.query.ascending
        isContinued = prepared.query.after != nil
        sort =
            switch prepared.query.sort {
            case nil: .all
            case .equals: .equals
            case .lessThan: .lessThan
            case .lessOrEqual: .lessOrEqual
            case .greaterThan: .greaterThan
            case .greaterOrEqual: .greaterOrEqual
            case .between: .between
            case .beginsWith: .prefix
            }
    }
}
