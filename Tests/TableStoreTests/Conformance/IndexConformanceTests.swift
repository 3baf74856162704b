import TestSupport
import TableStore
import Testing

@Suite("Conformance: indexes")
struct IndexConformanceTests {
    private let clock = TestClock()

    /// The ids an index query finds.
    private func ids(_ store: any TableStore, _ query: Query) async throws -> [String] {
        try await store.query(query).items.compactMap { $0["id"]?.string }
    }

    @Test("An index holds only items that have its attributes", arguments: StoreBackend.all)
    func sparse(_ backend: StoreBackend) async throws {
        let open = try backend.open([.indexed], clock)
        try await open.store.put(["id": "full", "state": "due", "due": 2, "x": 1], into: "indexed")
        try await open.store.put(["id": "noSort", "state": "due"], into: "indexed")
        try await open.store.put(["id": "noPartition", "due": 1], into: "indexed")
        let page = try await open.store.query(
            Query(table: "indexed", index: "byDue", partition: "due"))
        #expect(page.items == [["id": "full", "state": "due", "due": 2, "x": 1]])
    }

    @Test("Items move between and out of index keys", arguments: StoreBackend.all)
    func moves(_ backend: StoreBackend) async throws {
        let open = try backend.open([.indexed], clock)
        let due = Query(table: "indexed", index: "byDue", partition: "due")
        let done = Query(table: "indexed", index: "byDue", partition: "done")
        try await open.store.put(["id": "a", "state": "due", "due": 1], into: "indexed")
        try await open.store.put(["id": "b", "state": "due", "due": 2], into: "indexed")
        try await open.store.update(["id": "a"], in: "indexed", [.set("due", 3)])
        #expect(try await ids(open.store, due) == ["b", "a"])
        try await open.store.update(["id": "a"], in: "indexed", [.set("state", "done")])
        #expect(try await ids(open.store, due) == ["b"])
        #expect(try await ids(open.store, done) == ["a"])
        try await open.store.update(["id": "a"], in: "indexed", [.remove("due")])
        #expect(try await ids(open.store, done) == [])
        try await open.store.delete(["id": "b"], from: "indexed")
        #expect(try await ids(open.store, due) == [])
    }

    @Test("Sort conditions and order work on an index", arguments: StoreBackend.all)
    func sortConditions(_ backend: StoreBackend) async throws {
        let open = try backend.open([.indexed], clock)
        for due in 1...5 as ClosedRange<Int64> {
            try await open.store.put(
                ["id": "\(due)", "state": "due", "due": .number(due)], into: "indexed")
        }
        var query = Query(
            table: "indexed", index: "byDue", partition: "due", sort: .lessOrEqual(3))
        #expect(try await ids(open.store, query) == ["1", "2", "3"])
        query.ascending = false
        query.limit = 2
        #expect(try await ids(open.store, query) == ["3", "2"])
    }

    @Test("Pages of equal index keys have neither gap nor repetition", arguments: StoreBackend.all)
    func pagingEqualKeys(_ backend: StoreBackend) async throws {
        let open = try backend.open([.indexed], clock)
        for number in 0..<7 {
            try await open.store.put(
                [
                    "id": "\(number)", "state": "due", "due": .number(Int64(number / 4)),
                    "owner": "o",
                ], into: "indexed")
        }
        let cases: [(String, AttributeValue, SortCondition?, Int)] = [
            ("byDue", "due", nil, 7), ("byOwner", "o", nil, 7), ("byDue", "due", .equals(0), 4),
            ("byDue", "due", .lessThan(1), 4), ("byDue", "due", .greaterThan(0), 3),
        ]
        for (index, partition, sort, count) in cases {
            for ascending in [true, false] {
                var query = Query(
                    table: "indexed", index: index, partition: partition, sort: sort,
                    ascending: ascending, limit: 2)
                var found: [String] = []
                repeat {
                    let page = try await open.store.query(query)
                    found += page.items.compactMap { $0["id"]?.string }
                    query.after = page.next
                } while query.after != nil && found.count < 20
                #expect(found.count == count)
                #expect(Set(found).count == count)
            }
        }
    }

    @Test("A wrong type in an index attribute is refused", arguments: StoreBackend.all)
    func wrongType(_ backend: StoreBackend) async throws {
        let open = try backend.open([.indexed], clock)
        let items: [Item] = [
            ["id": "a", "state": 1, "due": 1], ["id": "a", "due": "1"], ["id": "a", "owner": ""],
        ]
        for item in items {
            let code = await errorCode { try await open.store.put(item, into: "indexed") }
            #expect(code == "invalid")
        }
        let update = await errorCode {
            try await open.store.update(["id": "a"], in: "indexed", [.set("owner", true)])
        }
        #expect(update == "invalid")
        #expect(try await open.store.get(["id": "a"], from: "indexed") == nil)
    }
}
