import TestSupport
import TableStore
import Testing

@Suite("Conformance: expiry")
struct ExpiryConformanceTests {
    private let clock = TestClock(ms: 1_000_000)
    private let key: TableKey = ["group": "g", "name": "n"]

    private func expiring(_ expires: AttributeValue) -> Item {
        ["group": "g", "name": "n", "owner": "o", "n": 5, "expires": expires]
    }

    @Test("An item is there until its second has come", arguments: StoreBackend.all)
    func reads(_ backend: StoreBackend) async throws {
        let open = try backend.open([.expiring], clock)
        try await open.store.put(expiring(1001), into: "expiring")
        clock.advance(ms: 999)
        #expect(try await open.store.get(key, from: "expiring") != nil)
        clock.advance(ms: 1)
        #expect(try await open.store.get(key, from: "expiring") == nil)
    }

    @Test("A query leaves expired items out and fills its page", arguments: StoreBackend.all)
    func queries(_ backend: StoreBackend) async throws {
        let open = try backend.open([.expiring], clock)
        for number in 0..<6 as Range<Int64> {
            try await open.store.put(
                [
                    "group": "g", "name": "\(number)", "owner": "o",
                    "expires": .number(number % 2 == 0 ? 1001 : 2000),
                ], into: "expiring")
        }
        clock.advance(ms: 1000)
        let own = try await open.store.query(Query(table: "expiring", partition: "g"))
        #expect(own.items.map { $0["name"] } == ["1", "3", "5"])
        let index = try await open.store.query(
            Query(table: "expiring", index: "byOwner", partition: "o"))
        #expect(Set(index.items.map { $0["name"] }) == ["1", "3", "5"])
    }

    @Test("A condition sees an expired item as absent", arguments: StoreBackend.all)
    func conditions(_ backend: StoreBackend) async throws {
        let open = try backend.open([.expiring], clock)
        try await open.store.put(expiring(1001), into: "expiring")
        clock.advance(ms: 1000)
        await #expect(throws: TableStoreError.transactionCancelled([0])) {
            try await open.store.transact([.check(key, in: "expiring", .exists("group"))])
        }
        await #expect(throws: TableStoreError.conditionFailed) {
            try await open.store.delete(key, from: "expiring", condition: .equals("n", 5))
        }
        try await open.store.put(
            expiring(2000), into: "expiring", condition: .absent("group"))
        #expect(try await open.store.get(key, from: "expiring") == expiring(2000))
    }

    @Test("An update of an expired item begins anew", arguments: StoreBackend.all)
    func updates(_ backend: StoreBackend) async throws {
        let open = try backend.open([.expiring], clock)
        try await open.store.put(expiring(1001), into: "expiring")
        clock.advance(ms: 1000)
        let item = try await open.store.update(key, in: "expiring", [.add("n", 1)])
        #expect(item == ["group": "g", "name": "n", "n": 1])
        #expect(try await open.store.get(key, from: "expiring") == item)
    }

    @Test("An item without a number to expire by stays", arguments: StoreBackend.all)
    func never(_ backend: StoreBackend) async throws {
        let open = try backend.open([.expiring], clock)
        try await open.store.put(expiring("1001"), into: "expiring")
        clock.advance(ms: 1_000_000)
        #expect(try await open.store.get(key, from: "expiring") == expiring("1001"))
    }
}
