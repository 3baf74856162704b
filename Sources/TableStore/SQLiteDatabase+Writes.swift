extension SQLiteDatabase {
    /// Does several callers' writes in one transaction, each caller's all or none, in their order.
    ///
    /// A caller whose condition does not hold, or whose items are too large, gets that as its
    /// outcome and the others go on. A failure of SQLite is everybody's: it throws, and nothing is
    /// written.
    ///
    /// - Parameter batch: gives the callers, once nobody else writes.
    /// - Returns: the commit's number; nil if nobody has written.
    func perform(_ batch: () -> [QueuedWrite]) throws(TableStoreError) -> UInt? {
        try write { () throws(TableStoreError) -> Bool in
            var hasWritten = false
            for member in batch() {
                let plan: Plan
                do throws(TableStoreError) {
                    plan = try self.plan(member)
                } catch {
                    guard error.isOfOneCaller else { throw error }
                    member.outcome = .failure(error)
                    continue
                }
                try apply(plan, member)
                member.outcome = .success(plan.items.last.flatMap { $0?.item })
                hasWritten = true
            }
            return hasWritten
        }
    }

    /// What a caller's writes find and leave.
    private struct Plan {
        let rows: [SQLiteTable.Row?]
        let items: [EncodedItem?]
    }

    /// Reads and checks; writes nothing.
    private func plan(_ member: QueuedWrite) throws(TableStoreError) -> Plan {
        let rows = try rows(for: member.writes, nowMs: member.nowMs)
        return Plan(rows: rows, items: try newItems(of: member.writes, rows: rows))
    }

    private func apply(_ plan: Plan, _ member: QueuedWrite) throws(TableStoreError) {
        for (position, write) in member.writes.enumerated() {
            let table = try table(write.schema.name)
            if let item = plan.items[position] {
                try table.store(item, over: plan.rows[position], nowMs: member.nowMs)
                try table.purgeExpired(limit: 2, nowMs: member.nowMs)
            } else if case .delete = write.change {
                try table.delete(write.key, plan.rows[position], nowMs: member.nowMs)
            }
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

extension TableStoreError {
    /// Whether it says something of one caller's writes, and nothing of the database.
    fileprivate var isOfOneCaller: Bool {
        switch self {
        case .conditionFailed, .transactionCancelled, .invalid, .tooLarge, .unknownTable: true
        case .busy, .full, .unavailable, .corrupt: false
        }
    }
}
