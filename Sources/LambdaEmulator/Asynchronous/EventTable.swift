internal import TableStore

/// The asynchronous events in the emulator's database: those that wait or are in flight, and the
/// dead ones.
///
/// Which ones are in flight is known to their queue only: after a crash all that are not dead wait.
final class EventTable {
    static let schema = """
        CREATE TABLE events(
            id INTEGER PRIMARY KEY AUTOINCREMENT, request_id TEXT NOT NULL, function TEXT NOT NULL,
            origin TEXT NOT NULL, trace_id TEXT NOT NULL, tenant_id TEXT,
            accepted_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL,
            throttles INTEGER NOT NULL, condition TEXT, error_type TEXT, error_message TEXT,
            ended_ms INTEGER, payload BLOB NOT NULL);
        CREATE INDEX events_due ON events(function, due_ms, id) WHERE condition IS NULL;
        CREATE INDEX events_dead ON events(id) WHERE condition IS NOT NULL;
        """
    private static let columns = """
        id, request_id, function, origin, trace_id, tenant_id, accepted_ms, due_ms, attempts,
        throttles, payload
        """

    let connection: SQLiteConnection
    private let insertion: SQLiteStatement
    private let selectionOfDue: SQLiteStatement
    private let selectionOfNext: SQLiteStatement
    private let selection: SQLiteStatement
    private let deletion: SQLiteStatement
    private let postponement: SQLiteStatement
    private let burial: SQLiteStatement

    init(on connection: SQLiteConnection) throws(TableStoreError) {
        self.connection = connection
        insertion = try connection.prepare(
            """
            INSERT INTO events(request_id, function, origin, trace_id, tenant_id, accepted_ms,
                due_ms, attempts, throttles, payload)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id
            """)
        selectionOfDue = try connection.prepare(
            """
            SELECT id FROM events WHERE condition IS NULL AND function = ?1 AND due_ms <= ?2
            ORDER BY due_ms, id LIMIT ?3
            """)
        selectionOfNext = try connection.prepare(
            """
            SELECT due_ms FROM events WHERE condition IS NULL AND function = ?1 AND due_ms > ?2
            ORDER BY due_ms LIMIT 1
            """)
        selection = try connection.prepare("SELECT \(Self.columns) FROM events WHERE id = ?1")
        deletion = try connection.prepare("DELETE FROM events WHERE id = ?1")
        postponement = try connection.prepare(
            """
            UPDATE events SET due_ms = ?2, attempts = ?3, throttles = ?4, error_type = ?5,
                error_message = ?6 WHERE id = ?1
            """)
        burial = try connection.prepare(
            """
            UPDATE events SET condition = ?2, attempts = ?3, error_type = ?4, error_message = ?5,
                ended_ms = ?6 WHERE id = ?1
            """)
    }

    /// Stores an event; returns it with its id.
    func insert(_ event: AsynchronousEvent) throws(TableStoreError) -> AsynchronousEvent {
        defer { insertion.reset() }
        try insertion.bind(1, text: event.requestID)
        try insertion.bind(2, text: event.function)
        try insertion.bind(3, text: event.origin.description)
        try insertion.bind(4, text: event.traceID)
        try insertion.bind(5, event.tenantID.map(AttributeValue.string))
        try insertion.bind(6, event.acceptedMs)
        try insertion.bind(7, event.dueMs)
        try insertion.bind(8, Int64(event.attempts))
        try insertion.bind(9, Int64(event.throttles))
        try insertion.bind(10, blob: event.payload)
        _ = try insertion.step()
        var stored = event
        stored.id = insertion.integer(0)
        return stored
    }

    /// The first events of a function that are due, in the order of their due times.
    ///
    /// - Parameters:
    ///   - limit: How many at most.
    ///   - held: Those that are in flight already.
    func due(
        _ function: String, nowMs: Int64, limit: Int, except held: Set<Int64>
    ) throws(TableStoreError) -> [AsynchronousEvent] {
        var ids: [Int64] = []
        do {
            defer { selectionOfDue.reset() }
            try selectionOfDue.bind(1, text: function)
            try selectionOfDue.bind(2, nowMs)
            try selectionOfDue.bind(3, Int64(limit + held.count))
            while ids.count < limit, try selectionOfDue.step() {
                let id = selectionOfDue.integer(0)
                if !held.contains(id) { ids.append(id) }
            }
        }
        var events: [AsynchronousEvent] = []
        for id in ids { if let event = try event(id) { events.append(event) } }
        return events
    }

    /// When the next event of a function falls due after a moment; nil without any.
    func nextDueMs(_ function: String, afterMs: Int64) throws(TableStoreError) -> Int64? {
        defer { selectionOfNext.reset() }
        try selectionOfNext.bind(1, text: function)
        try selectionOfNext.bind(2, afterMs)
        return try selectionOfNext.step() ? selectionOfNext.integer(0) : nil
    }

    func event(_ id: Int64) throws(TableStoreError) -> AsynchronousEvent? {
        defer { selection.reset() }
        try selection.bind(1, id)
        return try selection.step() ? Self.event(in: selection) : nil
    }

    func remove(_ id: Int64) throws(TableStoreError) {
        try deletion.bind(1, id)
        try deletion.run()
    }

    /// Lets an event wait again.
    func postpone(
        _ id: Int64, dueMs: Int64, attempts: Int, throttles: Int, error: EventError?
    ) throws(TableStoreError) {
        try postponement.bind(1, id)
        try postponement.bind(2, dueMs)
        try postponement.bind(3, Int64(attempts))
        try postponement.bind(4, Int64(throttles))
        try postponement.bind(5, (error?.type).map(AttributeValue.string))
        try postponement.bind(6, (error?.message).map(AttributeValue.string))
        try postponement.run()
    }

    /// Makes an event a dead letter.
    func bury(
        _ id: Int64, _ condition: EndCondition, attempts: Int, error: EventError?, nowMs: Int64
    ) throws(TableStoreError) {
        try burial.bind(1, id)
        try burial.bind(2, text: condition.rawValue)
        try burial.bind(3, Int64(attempts))
        try burial.bind(4, (error?.type).map(AttributeValue.string))
        try burial.bind(5, (error?.message).map(AttributeValue.string))
        try burial.bind(6, nowMs)
        try burial.run()
    }

    private static func event(in row: SQLiteStatement) -> AsynchronousEvent {
        AsynchronousEvent(
            id: row.integer(0), requestID: row.text(1), function: row.text(2),
            origin: InvocationOrigin(ofStoredEvent: row.text(3)), traceID: row.text(4),
            tenantID: row.isNull(5) ? nil : row.text(5), payload: row.blob(10),
            acceptedMs: row.integer(6), dueMs: row.integer(7), attempts: Int(row.integer(8)),
            throttles: Int(row.integer(9)))
    }
}
