extension SQLiteDatabase {
    /// Does all of the writes in one transaction, or none.
    ///
    /// - Returns: the item of the last update; nil where there was none.
    func perform(_ writes: [PreparedWrite], nowMs: Int64) throws(TableStoreError) -> Item? {
        try write { () throws(TableStoreError) -> Item? in
            let rows = try rows(for: writes, nowMs: nowMs)
            let items = try newItems(of: writes, rows: rows)
            for (position, write) in writes.enumerated() {
                let table = try table(write.schema.name)
                if let item = items[position] {
                    try table.store(item, over: rows[position], nowMs: nowMs)
                    try table.purgeExpired(limit: 2, nowMs: nowMs)
                } else if case .delete = write.change {
                    try table.delete(write.key, rows[position], nowMs: nowMs)
                }
            }
            return items.last.flatMap { $0?.item }
        }
    }

    /// Reads what the writes replace, and throws if a condition does not hold of it.
    private func rows(
        for writes: [PreparedWrite], nowMs: Int64
    ) throws(TableStoreError) -> [SQLiteTable.Row?] {
        var rows: [SQLiteTable.Row?] = []
        rows.reserveCapacity(writes.count)
        var failed: [Int] = []
        for (position, write) in writes.enumerated() {
            let table = try table(write.schema.name)
            let row = write.needsRow ? try table.row(write.key, nowMs: nowMs) : nil
            rows.append(row)
            if let condition = write.condition, !condition.holds(of: row?.item) {
                failed.append(position)
            }
        }
        guard failed.isEmpty else { throw .transactionCancelled(failed) }
        return rows
    }

    /// What the writes store; nil for those that store nothing.
    private func newItems(
        of writes: [PreparedWrite], rows: [SQLiteTable.Row?]
    ) throws(TableStoreError) -> [EncodedItem?] {
        var items: [EncodedItem?] = []
        items.reserveCapacity(writes.count)
        var sizeBytes = 0
        for (write, row) in zip(writes, rows) {
            switch write.change {
            case .put(let item): items.append(item)
            case .update(let actions):
                var item = row?.item ?? write.schema.keyAttributes(of: write.key)
                for action in actions { try action.apply(to: &item) }
                items.append(try EncodedItem(item, of: write.schema))
            case .delete, .check: items.append(nil)
            }
            sizeBytes += items.last.flatMap { $0?.sizeBytes } ?? 0
        }
        guard sizeBytes <= TableLimits.transactionBytesMax else {
            throw PreparedWrite.tooLargeTransaction
        }
        return items
    }
}
