import TestSupport
import FoundationEssentials
import Testing

@testable import TableStore

@Suite("The SQLite store's files")
struct SQLiteFileTests {
    private let folder: TemporaryFolder
    private let clock = TestClock()

    init() throws {
        folder = try TemporaryFolder()
    }

    private func open(_ tables: [TableDefinition]) throws -> SQLiteStore {
        try SQLiteStore(path: folder.database, tables: tables, now: { clock.nowMs })
    }

    private func raw() throws -> SQLiteConnection {
        try SQLiteConnection(path: folder.database, mode: .readWriteCreate, busyTimeoutMs: 1000)
    }

    @Test("What one store wrote, another reads, at the same time and later")
    func reopening() async throws {
        let first = try open([.plain])
        let second = try open([.plain])
        try await first.put(["id": "a", "n": 1], into: "plain")
        #expect(try await second.get(["id": "a"], from: "plain")?["n"] == 1)
        first.close()
        second.close()
        #expect(try await open([.plain]).get(["id": "a"], from: "plain")?["n"] == 1)
    }

    @Test("Tables may be added to a file, each store naming those it uses")
    func furtherTables() async throws {
        let first = try open([.plain])
        let second = try open([.sorted, .indexed])
        try await first.put(["id": "a"], into: "plain")
        try await second.put(["group": "g", "name": "n"], into: "sorted")
        await #expect(throws: TableStoreError.unknownTable("sorted")) {
            try await first.get(["group": "g", "name": "n"], from: "sorted")
        }
    }

    @Test("A definition that disagrees with the file is refused")
    func disagreement() throws {
        _ = try open([.plain])
        let others = [
            TableDefinition(name: "plain", partitionKey: KeyAttribute(name: "key")),
            TableDefinition(name: "plain", partitionKey: KeyAttribute(name: "id", type: .number)),
            TableDefinition(
                name: "plain", partitionKey: KeyAttribute(name: "id"),
                sortKey: KeyAttribute(name: "name")),
            TableDefinition(
                name: "plain", partitionKey: KeyAttribute(name: "id"),
                indexes: [IndexDefinition(name: "i", partitionKey: KeyAttribute(name: "x"))]),
            TableDefinition(
                name: "plain", partitionKey: KeyAttribute(name: "id"), expiryAttribute: "x"),
            TableDefinition(
                name: "plain", partitionKey: KeyAttribute(name: "id"), hasStream: true),
        ]
        for other in others {
            #expect(throws: TableStoreError.invalid("table plain is defined otherwise in the file"))
            {
                try open([other])
            }
        }
        _ = try open([.plain])
    }

    @Test("Definitions that contradict themselves are refused")
    func contradictions() {
        let id = KeyAttribute(name: "id")
        let definitions: [[TableDefinition]] = [
            [.plain, .plain],
            [TableDefinition(name: "", partitionKey: id)],
            [TableDefinition(name: "a b", partitionKey: id)],
            [TableDefinition(name: "a\"b", partitionKey: id)],
            [TableDefinition(name: String(repeating: "a", count: 256), partitionKey: id)],
            [TableDefinition(name: "a", partitionKey: KeyAttribute(name: ""))],
            [TableDefinition(name: "a", partitionKey: id, sortKey: id)],
            [
                TableDefinition(
                    name: "a", partitionKey: id,
                    indexes: [
                        IndexDefinition(
                            name: "i", partitionKey: KeyAttribute(name: "id", type: .number))
                    ])
            ],
            [
                TableDefinition(
                    name: "a", partitionKey: id,
                    indexes: ["i", "I"].map { IndexDefinition(name: $0, partitionKey: id) })
            ],
            [TableDefinition(name: "a", partitionKey: id, hasStream: true, durability: .relaxed)],
        ]
        for tables in definitions {
            #expect {
                try open(tables)
            } throws: {
                ($0 as? TableStoreError)?.code == "invalid"
            }
        }
    }

    @Test("Eight stores that open one new file at once all find its tables")
    func creationRace() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let store = try open([
                        .plain, .sorted, .indexed, .expiring, .streamed, .relaxed,
                    ])
                    try await store.put(["id": "\(number)"], into: "plain")
                    try await store.put(["id": "\(number)"], into: "relaxed")
                }
            }
            try await group.waitForAll()
        }
        let store = try open([.plain])
        for number in 0..<8 {
            #expect(try await store.get(["id": "\(number)"], from: "plain") != nil)
        }
    }

    @Test("A file of another kind is refused and left alone")
    func foreignFiles() throws {
        let garbage = [UInt8]("This is no database, but long enough to be taken for one.".utf8)
        let content = garbage + [UInt8](repeating: 0x5A, count: 8192)
        try Data(content).write(to: URL(filePath: folder.database))
        #expect(throws: TableStoreError.corrupt) { try open([.plain]) }
        #expect(try Data(contentsOf: URL(filePath: folder.database)) == Data(content))
        try FileManager.default.removeItem(atPath: folder.database)
        try raw().execute("CREATE TABLE theirs(x)")
        #expect {
            try open([.plain])
        } throws: {
            ($0 as? TableStoreError)?.code == "invalid"
        }
        #expect(try raw().integer("SELECT count(*) FROM sqlite_schema") == 1)
    }

    @Test("A folder that does not exist is unavailable")
    func missingFolder() {
        #expect {
            try SQLiteStore(path: folder.path + "/none/x", tables: [.plain])
        } throws: {
            ($0 as? TableStoreError)?.code == "unavailable"
        }
    }

    @Test("A closed store is unavailable")
    func closed() async throws {
        let store = try open([.plain])
        store.close()
        #expect(
            await errorCode { _ = try await store.get(["id": "a"], from: "plain") } == "unavailable"
        )
        #expect(
            await errorCode { try await store.put(["id": "a"], into: "plain") } == "unavailable")
    }

    @Test("A stored item that cannot be decoded is corrupt")
    func damagedItem() async throws {
        let store = try open([.plain])
        try await store.put(["id": "a"], into: "plain")
        try raw().execute("UPDATE items_plain SET item = x'01FF'")
        await #expect(throws: TableStoreError.corrupt) {
            try await store.get(["id": "a"], from: "plain")
        }
        await #expect(throws: TableStoreError.corrupt) {
            try await store.update(["id": "a"], in: "plain", [.set("n", 1)])
        }
    }

    @Test("Tables of relaxed durability have a file of their own")
    func relaxed() async throws {
        let store = try open([.plain, .relaxed])
        try await store.put(["id": "a"], into: "relaxed")
        #expect(FileManager.default.fileExists(atPath: folder.database + "-relaxed"))
        #expect(try raw().integer("SELECT count(*) FROM definitions") == 1)
        let code = await errorCode {
            try await store.transact([
                .put(["id": "b"], into: "plain"), .put(["id": "b"], into: "relaxed"),
            ])
        }
        #expect(code == "invalid")
        #expect(try await store.get(["id": "b"], from: "plain") == nil)
        #expect(try await store.get(["id": "b"], from: "relaxed") == nil)
    }

    @Test("Only the owner may read the files")
    func permissions() async throws {
        let store = try open([.plain, .relaxed])
        try await store.put(["id": "a"], into: "plain")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: folder.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test("Expired items go as others come")
    func purge() async throws {
        let store = try open([.expiring])
        let seconds = clock.nowMs / 1000
        for number in 0..<20 {
            try await store.put(
                ["group": "old", "name": "\(number)", "expires": .number(seconds + 1)],
                into: "expiring")
        }
        clock.advance(ms: 1000)
        for number in 0..<40 {
            try await store.put(["group": "new", "name": "\(number)"], into: "expiring")
        }
        #expect(try raw().integer("SELECT count(*) FROM items_expiring") == 40)
    }

    @Test("Every query is answered by an index, in the index's order")
    func queryPlans() throws {
        _ = try open([.plain, .sorted, .indexed, .expiring])
        let connection = try raw()
        let sorts: [QueryShape.Sort] = [
            .all, .equals, .lessThan, .greaterOrEqual, .between, .prefix,
        ]
        for definition in [TableDefinition.plain, .sorted, .indexed, .expiring] {
            let names = SQLiteNames(try TableSchema(definition))
            for index in [nil] + definition.indexes.indices.map(Optional.some) {
                let hasSort =
                    index.map { definition.indexes[$0].sortKey != nil }
                    ?? (definition.sortKey != nil)
                for sort in hasSort ? sorts : [.all] {
                    for (ascending, isContinued) in [(true, false), (false, true), (true, true)] {
                        let shape = QueryShape(
                            index: index, sort: sort, ascending: ascending,
                            isContinued: isContinued)
                        let plan = try connection.prepare(
                            "EXPLAIN QUERY PLAN " + shape.sql(for: names))
                        #expect(try plan.step())
                        #expect(plan.text(3).contains("USING INDEX"))
                        #expect(try !plan.step(), "a sort was needed: \(shape)")
                    }
                }
            }
        }
    }
}
