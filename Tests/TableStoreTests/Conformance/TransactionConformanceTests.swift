import TestSupport
import TableStore
import Testing

@Suite("Conformance: transactions")
struct TransactionConformanceTests {
    private let clock = TestClock()

    @Test("All writes of a transaction happen, across tables", arguments: StoreBackend.all)
    func allWrites(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain, .sorted], clock)
        try await open.store.put(["id": "changed", "n": 1], into: "plain")
        try await open.store.put(["id": "deleted"], into: "plain")
        try await open.store.put(["id": "checked", "n": 7], into: "plain")
        try await open.store.transact([
            .put(["group": "g", "name": "n"], into: "sorted", condition: .absent("group")),
            .update(["id": "changed"], in: "plain", [.add("n", 1)], condition: .equals("n", 1)),
            .update(["id": "made"], in: "plain", [.set("n", 3)]),
            .delete(["id": "deleted"], from: "plain", condition: .exists("id")),
            .check(["id": "checked"], in: "plain", .equals("n", 7)),
        ])
        #expect(try await open.store.get(["group": "g", "name": "n"], from: "sorted") != nil)
        #expect(try await open.store.get(["id": "changed"], from: "plain")?["n"] == 2)
        #expect(try await open.store.get(["id": "made"], from: "plain")?["n"] == 3)
        #expect(try await open.store.get(["id": "deleted"], from: "plain") == nil)
        #expect(try await open.store.get(["id": "checked"], from: "plain")?["n"] == 7)
    }

    @Test("Every failed condition is told, and nothing is written", arguments: StoreBackend.all)
    func failedConditions(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        try await open.store.put(["id": "there"], into: "plain")
        await #expect(throws: TableStoreError.transactionCancelled([1, 3, 4])) {
            try await open.store.transact([
                .put(["id": "new"], into: "plain", condition: .absent("id")),
                .put(["id": "there", "n": 1], into: "plain", condition: .absent("id")),
                .put(["id": "other"], into: "plain"),
                .check(["id": "gone"], in: "plain", .exists("id")),
                .delete(["id": "gone too"], from: "plain", condition: .exists("id")),
                .update(["id": "made"], in: "plain", [.add("n", 1)], condition: .absent("id")),
            ])
        }
        for id in ["new", "other", "made"] {
            #expect(try await open.store.get(["id": .string(id)], from: "plain") == nil)
        }
        #expect(try await open.store.get(["id": "there"], from: "plain") == ["id": "there"])
    }

    @Test("One item in two writes is refused", arguments: StoreBackend.all)
    func sameItemTwice(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain, .sorted], clock)
        let code = await errorCode {
            try await open.store.transact([
                .put(["id": "a", "n": 1], into: "plain"),
                .check(["id": "a"], in: "plain", .absent("id")),
            ])
        }
        #expect(code == "invalid")
        #expect(try await open.store.get(["id": "a"], from: "plain") == nil)
        // The same key bytes in another table, or another form of one letter, is another item.
        try await open.store.transact([
            .put(["id": "\u{E9}"], into: "plain"), .put(["id": "e\u{301}"], into: "plain"),
            .put(["group": "\u{E9}", "name": "a"], into: "sorted"),
            .put(["group": "\u{E9}", "name": "b"], into: "sorted"),
        ])
    }

    @Test("100 writes are done, 101 and none are refused", arguments: StoreBackend.all)
    func writeCount(_ backend: StoreBackend) async throws {
        let open = try backend.open([.sorted], clock)
        let writes = (0...100).map { number in
            TableWrite.put(["group": "g", "name": "\(number)"], into: "sorted")
        }
        let tooMany = await errorCode { try await open.store.transact(writes) }
        #expect(tooMany == "too_large")
        let none = await errorCode { try await open.store.transact([]) }
        #expect(none == "invalid")
        #expect(try await open.store.query(Query(table: "sorted", partition: "g")).items == [])
        try await open.store.transact(Array(writes.prefix(100)))
        let query = Query(table: "sorted", partition: "g", limit: 1000)
        #expect(try await open.store.query(query).items.count == 100)
    }

    @Test("More than 4 MB are refused before anything is written", arguments: StoreBackend.all)
    func transactionBytes(_ backend: StoreBackend) async throws {
        let open = try backend.open([.sorted], clock)
        let filler = AttributeValue.string(String(repeating: "x", count: 390 * 1024))
        let writes = (0..<11).map { number in
            TableWrite.put(["group": "g", "name": "\(number)", "filler": filler], into: "sorted")
        }
        let code = await errorCode { try await open.store.transact(writes) }
        #expect(code == "too_large")
        #expect(try await open.store.query(Query(table: "sorted", partition: "g")).items == [])
        try await open.store.transact(Array(writes.prefix(10)))
        #expect(try await open.store.get(["group": "g", "name": "9"], from: "sorted") != nil)
    }

    @Test("A write that cannot be done undoes those before it", arguments: StoreBackend.all)
    func invalidUpdate(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        try await open.store.put(["id": "text", "n": "x"], into: "plain")
        let code = await errorCode {
            try await open.store.transact([
                .put(["id": "new"], into: "plain"),
                .update(["id": "text"], in: "plain", [.add("n", 1)]),
            ])
        }
        #expect(code == "invalid")
        #expect(try await open.store.get(["id": "new"], from: "plain") == nil)
    }

    @Test("Parallel transactions move amounts without loss", arguments: StoreBackend.all)
    func transfers(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        for account in 0..<4 {
            try await open.store.put(["id": "\(account)", "n": 100], into: "plain")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for step in 0..<20 {
                        let source = (task + step) % 4
                        try await open.store.transact([
                            .update(["id": "\(source)"], in: "plain", [.add("n", -1)]),
                            .update(["id": "\((source + 1) % 4)"], in: "plain", [.add("n", 1)]),
                        ])
                    }
                }
            }
            try await group.waitForAll()
        }
        var total: Int64 = 0
        for account in 0..<4 {
            let item = try await open.store.get(["id": "\(account)"], from: "plain")
            total += item?["n"]?.number ?? 0
        }
        #expect(total == 400)
    }
}
