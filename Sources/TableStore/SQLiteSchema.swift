import Glibc
import StrictJSON

/// How a file becomes a table store's file, whoever opens it first.
enum SQLiteSchema {
    /// "TTSR", in the file's header: other SQLite files are not touched.
    private static let applicationID: Int64 = 0x5454_5352
    /// The layout described at `SQLiteTable`, with `ItemCodec`'s version 1.
    private static let formatVersion: Int64 = 1

    /// Settings of one connection.
    ///
    /// NORMAL keeps the file sound and leaves the flush of a commit to `SQLiteDatabase.write`,
    /// which does it before the write returns, as FULL would, but after it has let the next writer
    /// in.
    static func configure(
        _ connection: SQLiteConnection, durability: TableDefinition.Durability
    ) throws(TableStoreError) {
        try connection.execute(
            """
            PRAGMA synchronous = \(durability == .full ? "NORMAL" : "OFF");
            PRAGMA cache_size = -8192;
            PRAGMA temp_store = MEMORY;
            PRAGMA trusted_schema = OFF;
            PRAGMA cell_size_check = ON;
            PRAGMA journal_size_limit = 67108864;
            """)
    }

    /// Makes the tables that are not there yet; the caller holds the writer's lock.
    ///
    /// - Throws: `invalid` for a file of another kind and for a table that is defined otherwise in
    ///   it.
    static func prepare(
        _ connection: SQLiteConnection, tables: [TableSchema], busyTimeoutMs: Int
    ) throws(TableStoreError) {
        if try isComplete(connection, tables) { return }
        try setLogMode(of: connection, busyTimeoutMs: busyTimeoutMs)
        try connection.execute("BEGIN IMMEDIATE")
        do {
            try create(on: connection, tables)
            try connection.execute("COMMIT")
        } catch {
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
    }

    /// Whether a look, without writing anything, finds all of the tables.
    private static func isComplete(
        _ connection: SQLiteConnection, _ tables: [TableSchema]
    ) throws(TableStoreError) -> Bool {
        guard try checkIdentity(of: connection) else { return false }
        let stored = try definitions(on: connection)
        for table in tables {
            guard let definition = stored[table.name] else { return false }
            try check(table, isDefinedAs: definition)
        }
        return true
    }

    /// Makes the file keep a write-ahead log; a property of the file, outside of any transaction.
    ///
    /// SQLite does not wait here for a reader, such as one of a change stream that has just found
    /// the file, because two that upgrade would wait for each other. Our writers are in a queue, so
    /// they may.
    private static func setLogMode(
        of connection: SQLiteConnection, busyTimeoutMs: Int
    ) throws(TableStoreError) {
        for _ in 0..<busyTimeoutMs {
            do {
                return try connection.execute("PRAGMA journal_mode = WAL")
            } catch .busy {
                usleep(1000)
            }
        }
        try connection.execute("PRAGMA journal_mode = WAL")
    }

    private static func create(
        on connection: SQLiteConnection, _ tables: [TableSchema]
    ) throws(TableStoreError) {
        if try !checkIdentity(of: connection) {
            try connection.execute(
                """
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(formatVersion);
                CREATE TABLE definitions(
                    name TEXT PRIMARY KEY COLLATE NOCASE, definition TEXT NOT NULL) WITHOUT ROWID;
                """)
        }
        let stored = try definitions(on: connection)
        let insert = try connection.prepare("INSERT INTO definitions VALUES (?1, ?2)")
        for table in tables {
            if let definition = stored[table.name] {
                try check(table, isDefinedAs: definition)
                continue
            }
            try connection.execute(SQLiteNames(table).creation)
            try insert.bind(1, text: table.name)
            try insert.bind(2, text: describe(table.definition))
            try insert.run()
        }
    }

    /// Whether the file is a table store's already; false for an empty file.
    private static func checkIdentity(
        of connection: SQLiteConnection
    ) throws(TableStoreError) -> Bool {
        let application = try connection.integer("PRAGMA application_id")
        let version = try connection.integer("PRAGMA user_version")
        if application == applicationID && version == formatVersion { return true }
        let objects = try connection.integer("SELECT count(*) FROM sqlite_schema")
        guard application == 0, version == 0, objects == 0 else {
            throw .invalid("the file is a SQLite database, but no table store of this version")
        }
        return false
    }

    private static func definitions(
        on connection: SQLiteConnection
    ) throws(TableStoreError) -> [String: String] {
        let statement = try connection.prepare("SELECT name, definition FROM definitions")
        var definitions: [String: String] = [:]
        while try statement.step() { definitions[statement.text(0)] = statement.text(1) }
        return definitions
    }

    private static func check(
        _ table: TableSchema, isDefinedAs stored: String
    ) throws(TableStoreError) {
        guard stored == describe(table.definition) else {
            throw .invalid("table \(table.name) is defined otherwise in the file")
        }
    }

    /// All that decides a table's layout, as JSON that a person can read in the file.
    private static func describe(_ definition: TableDefinition) -> String {
        func key(_ attribute: KeyAttribute?) -> JSONValue {
            guard let attribute else { return .null }
            return .array([.string(attribute.name), .string(attribute.type.rawValue)])
        }
        let indexes = definition.indexes.map { index in
            JSONValue.object([
                JSONMember("name", .string(index.name)),
                JSONMember("partitionKey", key(index.partitionKey)),
                JSONMember("sortKey", key(index.sortKey)),
            ])
        }
        let description = JSONValue.object([
            JSONMember("partitionKey", key(definition.partitionKey)),
            JSONMember("sortKey", key(definition.sortKey)),
            JSONMember("indexes", .array(indexes)),
            JSONMember("expiry", definition.expiryAttribute.map(JSONValue.string) ?? .null),
            JSONMember("stream", .bool(definition.hasStream)),
        ])
        return String(decoding: description.serialized(), as: UTF8.self)
    }
}
