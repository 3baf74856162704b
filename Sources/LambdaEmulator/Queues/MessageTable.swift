internal import TableStore

/// The messages of all queues in the emulator's database.
///
/// A message is in flight while its `visible_ms` lies ahead and it was received; `receipt` is what
/// its last receiver was given.
final class MessageTable {
    static let schema = """
        CREATE TABLE messages(
            id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, message_id TEXT NOT NULL,
            sent_ms INTEGER NOT NULL, visible_ms INTEGER NOT NULL,
            first_received_ms INTEGER, receive_count INTEGER NOT NULL DEFAULT 0,
            receives_before INTEGER NOT NULL DEFAULT 0, receipt TEXT, source TEXT,
            group_id TEXT, deduplication_id TEXT, trace_header TEXT, attributes BLOB,
            body BLOB NOT NULL);
        CREATE INDEX messages_visible ON messages(queue, visible_ms, id);
        CREATE INDEX messages_group ON messages(queue, group_id, id) WHERE group_id IS NOT NULL;
        CREATE TABLE deduplications(
            queue TEXT NOT NULL, deduplication_id TEXT NOT NULL, message_id TEXT NOT NULL,
            sequence INTEGER NOT NULL, until_ms INTEGER NOT NULL,
            PRIMARY KEY (queue, deduplication_id)) WITHOUT ROWID;
        """
    /// How long a FIFO queue knows what was sent to it.
    private static let deduplicationMs: Int64 = 300_000

    let connection: SQLiteConnection
    let statements: Statements

    /// Prepared once.
    struct Statements {
        fileprivate let insertion: SQLiteStatement
        let selectionOfVisible: SQLiteStatement
        let selectionInOrder: SQLiteStatement
        let selectionOfNext: SQLiteStatement
        let selection: SQLiteStatement
        let reception: SQLiteStatement
        let move: SQLiteStatement
        let deletion: SQLiteStatement
        let deletionByReceipt: SQLiteStatement
        let visibility: SQLiteStatement
    }

    init(on connection: SQLiteConnection) throws(TableStoreError) {
        self.connection = connection
        statements = try Self.prepare(on: connection)
    }

    private static func prepare(
        on connection: SQLiteConnection
    ) throws(TableStoreError) -> Statements {
        Statements(
            insertion: try connection.prepare(
                """
                INSERT INTO messages(queue, message_id, sent_ms, visible_ms, group_id,
                    deduplication_id, trace_header, attributes, body)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id
                """),
            selectionOfVisible: try connection.prepare(
                """
                SELECT id FROM messages WHERE queue = ?1 AND visible_ms <= ?2
                ORDER BY visible_ms, id LIMIT ?3
                """),
            // A message of a group waits while an earlier one of the group is in flight.
            selectionInOrder: try connection.prepare(
                """
                SELECT id FROM messages AS message WHERE queue = ?1 AND visible_ms <= ?2
                    AND NOT EXISTS (
                        SELECT 1 FROM messages AS earlier WHERE earlier.queue = message.queue
                            AND earlier.group_id = message.group_id AND earlier.id < message.id
                            AND earlier.visible_ms > ?2)
                ORDER BY id LIMIT ?3
                """),
            selectionOfNext: try connection.prepare(
                """
                SELECT visible_ms FROM messages WHERE queue = ?1 AND visible_ms > ?2
                ORDER BY visible_ms LIMIT 1
                """),
            selection: try connection.prepare(
                """
                SELECT message_id, body, attributes, group_id, deduplication_id, trace_header,
                    source, sent_ms, first_received_ms, receive_count, receives_before
                FROM messages WHERE id = ?1
                """),
            reception: try connection.prepare(
                """
                UPDATE messages SET visible_ms = ?2, receipt = ?3,
                    receive_count = receive_count + 1,
                    first_received_ms = coalesce(first_received_ms, ?4)
                WHERE id = ?1
                """),
            move: try connection.prepare(
                """
                UPDATE messages SET queue = ?2, source = ?3, visible_ms = ?4,
                    receives_before = receive_count, receipt = NULL WHERE id = ?1
                """),
            deletion: try connection.prepare("DELETE FROM messages WHERE id = ?1"),
            deletionByReceipt: try connection.prepare(
                "DELETE FROM messages WHERE id = ?1 AND queue = ?2 AND receipt = ?3"),
            visibility: try connection.prepare(
                """
                UPDATE messages SET visible_ms = ?4
                WHERE id = ?1 AND queue = ?2 AND receipt = ?3 AND visible_ms > ?5
                """))
    }

    /// Puts a message into a queue; one that a FIFO queue knows already is not put in again.
    func insert(
        _ message: NewMessage, into queue: String
    ) throws(TableStoreError) -> SentMessage {
        if let key = message.deduplicationKey,
            let known = try known(key, in: queue, nowMs: message.sentMs)
        {
            return known
        }
        let insertion = statements.insertion
        let sequence: Int64
        do {
            defer { insertion.reset() }
            try insertion.bind(1, text: queue)
            try insertion.bind(2, text: message.messageID)
            try insertion.bind(3, message.sentMs)
            try insertion.bind(4, message.visibleMs)
            try insertion.bind(5, message.groupID.map(AttributeValue.string))
            try insertion.bind(6, message.deduplicationID.map(AttributeValue.string))
            try insertion.bind(7, message.traceHeader.map(AttributeValue.string))
            try insertion.bind(8, blob: message.attributes)
            try insertion.bind(9, blob: message.body)
            _ = try insertion.step()
            sequence = insertion.integer(0)
        }
        let sent = SentMessage(messageID: message.messageID, sequence: sequence)
        if let key = message.deduplicationKey {
            try remember(sent, as: key, in: queue, nowMs: message.sentMs)
        }
        return sent
    }

    private func known(
        _ key: String, in queue: String, nowMs: Int64
    ) throws(TableStoreError) -> SentMessage? {
        let row = try connection.prepare(
            """
            SELECT message_id, sequence FROM deduplications
            WHERE queue = ?1 AND deduplication_id = ?2 AND until_ms > ?3
            """)
        try row.bind(1, text: queue)
        try row.bind(2, text: key)
        try row.bind(3, nowMs)
        guard try row.step() else { return nil }
        return SentMessage(messageID: row.text(0), sequence: row.integer(1))
    }

    private func remember(
        _ sent: SentMessage, as key: String, in queue: String, nowMs: Int64
    ) throws(TableStoreError) {
        let forgetting = try connection.prepare("DELETE FROM deduplications WHERE until_ms <= ?1")
        try forgetting.bind(1, nowMs)
        try forgetting.run()
        let insertion = try connection.prepare(
            "INSERT OR REPLACE INTO deduplications VALUES (?1, ?2, ?3, ?4, ?5)")
        try insertion.bind(1, text: queue)
        try insertion.bind(2, text: key)
        try insertion.bind(3, text: sent.messageID)
        try insertion.bind(4, sent.sequence)
        try insertion.bind(5, nowMs + Self.deduplicationMs)
        try insertion.run()
    }
}
