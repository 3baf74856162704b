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
            queue TEXT NOT NULL, scope TEXT NOT NULL, deduplication_id TEXT NOT NULL,
            message_id TEXT NOT NULL, sequence INTEGER NOT NULL, until_ms INTEGER NOT NULL,
            PRIMARY KEY (queue, scope, deduplication_id)) WITHOUT ROWID;
        """

    let connection: SQLiteConnection
    private let insertion: SQLiteStatement

    init(on connection: SQLiteConnection) throws(TableStoreError) {
        self.connection = connection
        insertion = try connection.prepare(
            """
            INSERT INTO messages(queue, message_id, sent_ms, visible_ms, group_id,
                deduplication_id, trace_header, attributes, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id
            """)
    }

    /// Puts a message into a queue; returns its place in the order of sending.
    func insert(_ message: NewMessage, into queue: String) throws(TableStoreError) -> Int64 {
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
        return insertion.integer(0)
    }
}
