import TestSupport
import TableStore
import Testing

@Suite("Conformance: single items")
struct ItemConformanceTests {
    private let clock = TestClock()

    @Test("An item comes back as it was put, with every type", arguments: StoreBackend.all)
    func roundTrip(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        let item: Item = [
            "id": "a", "text": "å\u{0}\n€😀", "empty": "", "least": .number(.min),
            "most": .number(.max), "yes": true, "no": false, "bytes": .binary([0, 255, 10]),
            "nothing": .null, "list": [1, "two", [.null], [:]], "map": ["": 1, "b": ["c": false]],
        ]
        try await open.store.put(item, into: "plain")
        #expect(try await open.store.get(["id": "a"], from: "plain") == item)
    }

    @Test("An absent item is nil, and deleting it is no error", arguments: StoreBackend.all)
    func absent(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain, .sorted], clock)
        #expect(try await open.store.get(["id": "a"], from: "plain") == nil)
        try await open.store.delete(["id": "a"], from: "plain")
        #expect(try await open.store.get(["group": "a", "name": "b"], from: "sorted") == nil)
    }

    @Test("A put takes the place of the whole item", arguments: StoreBackend.all)
    func replacement(_ backend: StoreBackend) async throws {
        let open = try backend.open([.sorted], clock)
        try await open.store.put(["group": "g", "name": "n", "a": 1, "b": 2], into: "sorted")
        try await open.store.put(["group": "g", "name": "n", "b": 3], into: "sorted")
        let item = try await open.store.get(["group": "g", "name": "n"], from: "sorted")
        #expect(item == ["group": "g", "name": "n", "b": 3])
    }

    @Test("A deleted item is gone, its neighbours stay", arguments: StoreBackend.all)
    func deletion(_ backend: StoreBackend) async throws {
        let open = try backend.open([.sorted], clock)
        try await open.store.put(["group": "g", "name": "a"], into: "sorted")
        try await open.store.put(["group": "g", "name": "b"], into: "sorted")
        try await open.store.delete(["group": "g", "name": "a"], from: "sorted")
        let page = try await open.store.query(Query(table: "sorted", partition: "g"))
        #expect(page.items == [["group": "g", "name": "b"]])
    }

    @Test("Keys are told apart by bytes, not by meaning", arguments: StoreBackend.all)
    func keyBytes(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        try await open.store.put(["id": "\u{E9}", "form": "composed"], into: "plain")
        try await open.store.put(["id": "e\u{301}", "form": "decomposed"], into: "plain")
        let composed = try await open.store.get(["id": "\u{E9}"], from: "plain")
        #expect(composed?["form"] == "composed")
        try await open.store.put(["id": "x\u{0}y"], into: "plain")
        #expect(try await open.store.get(["id": "x"], from: "plain") == nil)
    }

    @Test("An unknown table is named", arguments: StoreBackend.all)
    func unknownTable(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        await #expect(throws: TableStoreError.unknownTable("other")) {
            try await open.store.get(["id": "a"], from: "other")
        }
        await #expect(throws: TableStoreError.unknownTable("plain/other")) {
            try await open.store.query(Query(table: "plain", index: "other", partition: "a"))
        }
        await #expect(throws: TableStoreError.unknownTable("other")) {
            try await open.store.transact([.put(["id": "a"], into: "other")])
        }
    }

    @Test(
        "A key of the wrong shape or type is refused",
        arguments: StoreBackend.all,
        [
            [:], ["other": "a"], ["group": "a"], ["name": "a"], ["group": 1, "name": "a"],
            ["group": "a", "name": .null], ["group": "", "name": "a"], ["group": "a", "name": ""],
            ["group": "a", "name": "b", "more": "c"], ["group": ["a"], "name": .binary([1])],
        ] as [TableKey])
    func wrongKey(_ backend: StoreBackend, key: TableKey) async throws {
        let open = try backend.open([.sorted], clock)
        let get = await errorCode { _ = try await open.store.get(key, from: "sorted") }
        #expect(get == "invalid")
        let update = await errorCode { _ = try await open.store.update(key, in: "sorted", []) }
        #expect(update == "invalid")
        let delete = await errorCode { try await open.store.delete(key, from: "sorted") }
        #expect(delete == "invalid")
    }

    @Test("An item whose key lacks or has a wrong type is refused", arguments: StoreBackend.all)
    func wrongItem(_ backend: StoreBackend) async throws {
        let open = try backend.open([.counted], clock)
        for item in [["group": "a"], ["group": "a", "position": "1"], ["position": 1]] as [Item] {
            let code = await errorCode { try await open.store.put(item, into: "counted") }
            #expect(code == "invalid")
        }
        #expect(try await open.store.query(Query(table: "counted", partition: "a")).items == [])
    }
}
