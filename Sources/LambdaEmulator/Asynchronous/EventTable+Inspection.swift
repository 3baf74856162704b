internal import TableStore

/// What is asked of the events by a person, or once at the start: statements made when needed.
extension EventTable {
    /// Which events of the table.
    enum Selection: Sendable {
        /// One, by its request id, dead or not.
        case one(String)
        /// All dead ones.
        case dead
        /// All that wait or are in flight.
        case waiting
    }

    /// How many dead letters are kept, and how many bytes of events in them.
    static let deadMax = 10_000
    static let deadBytesMax: Int64 = 256 * 1024 * 1024

    /// The functions that events wait for, each with its first due time.
    func waitingFunctions() throws(TableStoreError) -> [(name: String, dueMs: Int64, count: Int)] {
        let rows = try connection.prepare(
            """
            SELECT function, min(due_ms), count(*) FROM events WHERE condition IS NULL
            GROUP BY function ORDER BY function
            """)
        var functions: [(name: String, dueMs: Int64, count: Int)] = []
        while try rows.step() {
            functions.append((rows.text(0), rows.integer(1), Int(rows.integer(2))))
        }
        return functions
    }

    /// Brings what was stored by a clock that was ahead back to the one that goes now.
    ///
    /// - Parameter waitMsMax: The longest wait between two attempts.
    func adoptClock(nowMs: Int64, waitMsMax: Int64) throws(TableStoreError) {
        let update = try connection.prepare(
            """
            UPDATE events SET accepted_ms = min(accepted_ms, ?1),
                due_ms = min(due_ms - max(accepted_ms - ?1, 0), ?1 + ?2)
            WHERE condition IS NULL AND (accepted_ms > ?1 OR due_ms > ?1 + ?2)
            """)
        try update.bind(1, nowMs)
        try update.bind(2, waitMsMax)
        try update.run()
    }

    /// The oldest first.
    ///
    /// - Parameters:
    ///   - isDead: Dead letters, or those that are none.
    ///   - function: Nil for those of all functions.
    ///   - held: What is in flight, and whether that or the others are wanted; nil for both.
    func list(
        isDead: Bool, function: String?, limit: Int, held: (ids: Set<Int64>, isWanted: Bool)? = nil
    ) throws(TableStoreError) -> [EventSummary] {
        let choice = held.map { held in
            let ids = held.ids.map(String.init).joined(separator: ",")
            return "AND id \(held.isWanted ? "IN" : "NOT IN") (\(ids))"
        }
        let rows = try connection.prepare(
            """
            SELECT request_id, function, origin, accepted_ms, due_ms, attempts, condition,
                error_type, ended_ms
            FROM events WHERE condition IS \(isDead ? "NOT NULL" : "NULL")
                AND (?1 IS NULL OR function = ?1) \(choice ?? "") ORDER BY id LIMIT ?2
            """)
        try rows.bind(1, function.map(AttributeValue.string))
        try rows.bind(2, Int64(limit))
        var found: [EventSummary] = []
        while try rows.step() { found.append(Self.summary(in: rows)) }
        return found
    }

    /// An event with its payload and the last failure's message; nil without one of this id.
    func find(
        _ requestID: String
    ) throws(TableStoreError) -> (
        summary: EventSummary, traceID: String, errorMessage: String?, payload: [UInt8]
    )? {
        let row = try connection.prepare(
            """
            SELECT request_id, function, origin, accepted_ms, due_ms, attempts, condition,
                error_type, ended_ms, trace_id, error_message, payload
            FROM events WHERE request_id = ?1
            """)
        try row.bind(1, text: requestID)
        guard try row.step() else { return nil }
        return (
            Self.summary(in: row), row.text(9), row.isNull(10) ? nil : row.text(10), row.blob(11)
        )
    }

    func count(isDead: Bool) throws(TableStoreError) -> Int {
        let condition = isDead ? "NOT NULL" : "NULL"
        return Int(
            try connection.integer("SELECT count(*) FROM events WHERE condition IS \(condition)")
                ?? 0)
    }

    /// Lets dead letters wait again, as if they had just been accepted; returns their functions.
    func redrive(_ selection: Selection, nowMs: Int64) throws(TableStoreError) -> [String] {
        let update = try connection.prepare(
            """
            UPDATE events SET condition = NULL, ended_ms = NULL, attempts = 0, throttles = 0,
                accepted_ms = ?2, due_ms = ?2
            WHERE condition IS NOT NULL AND (?1 IS NULL OR request_id = ?1) RETURNING function
            """)
        if case .one(let requestID) = selection {
            try update.bind(1, text: requestID)
        } else {
            try update.bind(1, nil as Int64?)
        }
        try update.bind(2, nowMs)
        var functions: [String] = []
        while try update.step() { functions.append(update.text(0)) }
        return functions
    }

    /// Removes events for good; returns how many. Those in flight are removed when they end.
    func purge(
        isDead: Bool, except held: Set<Int64>
    ) throws(TableStoreError) -> Int {
        guard !isDead else {
            try connection.execute("DELETE FROM events WHERE condition IS NOT NULL")
            return connection.changedRows
        }
        let ids = held.map(String.init).joined(separator: ",")
        try connection.execute("DELETE FROM events WHERE condition IS NULL AND id NOT IN (\(ids))")
        return connection.changedRows
    }

    /// Drops the oldest dead letters beyond the bounds; returns how many.
    func trimDead(
        countMax: Int = deadMax, bytesMax: Int64 = deadBytesMax
    ) throws(TableStoreError) -> Int {
        let delete = try connection.prepare(
            """
            DELETE FROM events WHERE id IN (
                SELECT id FROM (
                    SELECT id, row_number() OVER newest AS number,
                        sum(length(payload)) OVER newest AS bytes
                    FROM events WHERE condition IS NOT NULL WINDOW newest AS (ORDER BY id DESC))
                WHERE number > ?1 OR bytes > ?2)
            """)
        try delete.bind(1, Int64(countMax))
        try delete.bind(2, bytesMax)
        try delete.run()
        return connection.changedRows
    }

    private static func summary(in row: SQLiteStatement) -> EventSummary {
        EventSummary(
            requestID: row.text(0), function: row.text(1), origin: row.text(2),
            acceptedMs: row.integer(3), dueMs: row.integer(4), attempts: Int(row.integer(5)),
            condition: row.isNull(6) ? nil : row.text(6),
            errorType: row.isNull(7) ? nil : row.text(7),
            endedMs: row.isNull(8) ? nil : row.integer(8))
    }
}
