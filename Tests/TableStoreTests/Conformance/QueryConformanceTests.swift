import TestSupport
import TableStore
import Testing

@Suite("Conformance: queries of a table's own key")
struct QueryConformanceTests {
    /// A sort condition, and the names it finds among those of `conditions`.
    struct Case: Sendable, CustomTestStringConvertible {
        let sort: SortCondition?
        let names: [String]
        var testDescription: String { "\(sort.map { "\($0)" } ?? "no condition") finds \(names)" }
    }

    static let names = ["B", "a", "ab", "abc", "ab\u{10FFFF}z", "b", "\u{E9}"]
    static let cases = [
        Case(sort: nil, names: names),
        Case(sort: .equals("ab"), names: ["ab"]),
        Case(sort: .equals("none"), names: []),
        Case(sort: .lessThan("ab"), names: ["B", "a"]),
        Case(sort: .lessOrEqual("ab"), names: ["B", "a", "ab"]),
        Case(sort: .greaterThan("b"), names: ["\u{E9}"]),
        Case(sort: .greaterOrEqual("b"), names: ["b", "\u{E9}"]),
        Case(sort: .between("a", "abc"), names: ["a", "ab", "abc"]),
        Case(sort: .between("ab", "ab"), names: ["ab"]),
        Case(sort: .beginsWith("ab"), names: ["ab", "abc", "ab\u{10FFFF}z"]),
        Case(sort: .beginsWith("\u{E9}"), names: ["\u{E9}"]),
        Case(sort: .beginsWith("c"), names: []),
    ]

    private let clock = TestClock()

    @Test("A sort condition finds its items in order", arguments: StoreBackend.all, cases)
    func conditions(_ backend: StoreBackend, _ example: Case) async throws {
        let open = try backend.open([.sorted], clock)
        for name in Self.names.reversed() {
            try await open.store.put(["group": "g", "name": .string(name)], into: "sorted")
            try await open.store.put(["group": "h", "name": .string(name)], into: "sorted")
        }
        for ascending in [true, false] {
            let page = try await open.store.query(
                Query(
                    table: "sorted", partition: "g", sort: example.sort, ascending: ascending))
            let names = page.items.compactMap { $0["name"]?.string }
            #expect(names == (ascending ? example.names : example.names.reversed()))
            #expect(page.items.allSatisfy { $0["group"] == "g" })
            #expect(page.next == nil)
        }
    }

    @Test("Numbers are ordered by value", arguments: StoreBackend.all)
    func numbers(_ backend: StoreBackend) async throws {
        let open = try backend.open([.counted], clock)
        for position in [10, -1, 9, .max, .min, 0] as [Int64] {
            try await open.store.put(
                ["group": "g", "position": .number(position)], into: "counted")
        }
        let page = try await open.store.query(
            Query(table: "counted", partition: "g", sort: .between(-1, 10)))
        #expect(page.items.map { $0["position"]?.number } == [-1, 0, 9, 10])
        let all = try await open.store.query(Query(table: "counted", partition: "g"))
        #expect(all.items.map { $0["position"]?.number } == [.min, -1, 0, 9, 10, .max])
    }

    @Test("Pages follow one another without gap or repetition", arguments: StoreBackend.all)
    func paging(_ backend: StoreBackend) async throws {
        let open = try backend.open([.counted], clock)
        for position in 1...10 as ClosedRange<Int64> {
            try await open.store.put(
                ["group": "g", "position": .number(position)], into: "counted")
        }
        for (limit, ascending) in [(3, true), (3, false), (5, true), (1, false), (11, true)] {
            var query = Query(
                table: "counted", partition: "g", sort: .greaterThan(2), ascending: ascending,
                limit: limit)
            var found: [Int64] = []
            var pages = 0
            repeat {
                let page = try await open.store.query(query)
                #expect(page.items.count <= limit)
                found += page.items.compactMap { $0["position"]?.number }
                query.after = page.next
                pages += 1
            } while query.after != nil && pages < 20
            #expect(found == (ascending ? Array(3...10) : Array((3...10).reversed())))
        }
    }

    @Test("A page continues after a key that has gone since", arguments: StoreBackend.all)
    func pagingOverDeletion(_ backend: StoreBackend) async throws {
        let open = try backend.open([.sorted], clock)
        for name in ["a", "b", "c"] {
            try await open.store.put(["group": "g", "name": .string(name)], into: "sorted")
        }
        var query = Query(table: "sorted", partition: "g", limit: 1)
        query.after = try await open.store.query(query).next
        #expect(query.after == ["group": "g", "name": "a"])
        try await open.store.delete(["group": "g", "name": "a"], from: "sorted")
        #expect(try await open.store.query(query).items == [["group": "g", "name": "b"]])
    }

    @Test("A page ends when a megabyte has been read", arguments: StoreBackend.all)
    func pageBytes(_ backend: StoreBackend) async throws {
        let open = try backend.open([.counted], clock)
        let filler = AttributeValue.string(String(repeating: "x", count: 300 * 1024))
        for position in 1...5 as ClosedRange<Int64> {
            try await open.store.put(
                ["group": "g", "position": .number(position), "filler": filler], into: "counted")
        }
        var query = Query(table: "counted", partition: "g")
        let first = try await open.store.query(query)
        #expect(first.items.count < 5)
        query.after = first.next
        let second = try await open.store.query(query)
        #expect(first.items.count + second.items.count == 5)
        #expect(second.next == nil)
    }

    @Test("A table without sort key has at most one item a partition", arguments: StoreBackend.all)
    func noSortKey(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        try await open.store.put(["id": "a", "n": 1], into: "plain")
        var query = Query(table: "plain", partition: "a", limit: 1)
        let page = try await open.store.query(query)
        #expect(page.items == [["id": "a", "n": 1]])
        query.after = ["id": "a"]
        #expect(try await open.store.query(query) == QueryPage(items: [], next: nil))
    }

    @Test("A query that makes no sense is refused", arguments: StoreBackend.all)
    func refused(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain, .sorted, .counted], clock)
        let queries = [
            Query(table: "plain", partition: "a", sort: .equals("b")),
            Query(table: "plain", partition: 1), Query(table: "plain", partition: ""),
            Query(table: "sorted", partition: "g", sort: .equals(1)),
            Query(table: "sorted", partition: "g", sort: .beginsWith("")),
            Query(table: "sorted", partition: "g", sort: .between("b", "a")),
            Query(table: "counted", partition: "g", sort: .beginsWith("1")),
            Query(table: "sorted", partition: "g", limit: 0),
            Query(table: "sorted", partition: "g", limit: 1001),
            Query(table: "sorted", partition: "g", after: ["group": "g"]),
            Query(table: "sorted", partition: "g", after: ["group": "h", "name": "a"]),
        ]
        for query in queries {
            let code = await errorCode { _ = try await open.store.query(query) }
            #expect(code == "invalid", "\(query)")
        }
    }
}
