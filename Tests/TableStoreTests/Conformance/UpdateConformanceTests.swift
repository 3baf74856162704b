import TestSupport
import TableStore
import Testing

@Suite("Conformance: updates")
struct UpdateConformanceTests {
    private let clock = TestClock()

    @Test("An update of an absent item makes it", arguments: StoreBackend.all)
    func upsert(_ backend: StoreBackend) async throws {
        let open = try backend.open([.sorted], clock)
        let key: TableKey = ["group": "g", "name": "n"]
        let item = try await open.store.update(
            key, in: "sorted", [.set("a", 1), .add("b", -2), .setIfAbsent("c", "x"), .remove("d")])
        #expect(item == ["group": "g", "name": "n", "a": 1, "b": -2, "c": "x"])
        #expect(try await open.store.get(key, from: "sorted") == item)
    }

    @Test("An update without actions makes an item of its key", arguments: StoreBackend.all)
    func keyOnly(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        #expect(try await open.store.update(["id": "a"], in: "plain", []) == ["id": "a"])
        #expect(try await open.store.get(["id": "a"], from: "plain") == ["id": "a"])
    }

    @Test("Actions change what they name and leave the rest", arguments: StoreBackend.all)
    func actions(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        try await open.store.put(
            ["id": "a", "kept": "k", "n": 40, "old": 1, "gone": 1], into: "plain")
        let item = try await open.store.update(
            ["id": "a"], in: "plain",
            [
                .add("n", 2), .set("old", ["x": .null]), .remove("gone"),
                .setIfAbsent("kept", "other"),
            ])
        #expect(item == ["id": "a", "kept": "k", "n": 42, "old": ["x": .null]])
        #expect(try await open.store.get(["id": "a"], from: "plain") == item)
    }

    @Test("Adding past 64 bits is refused and changes nothing", arguments: StoreBackend.all)
    func overflow(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        let item: Item = ["id": "a", "most": .number(.max), "least": .number(.min), "text": "1"]
        try await open.store.put(item, into: "plain")
        for action in [.add("most", 1), .add("least", -1), .add("text", 1)] as [UpdateAction] {
            let code = await errorCode {
                try await open.store.update(["id": "a"], in: "plain", [.set("x", 1), action])
            }
            #expect(code == "invalid")
        }
        #expect(try await open.store.get(["id": "a"], from: "plain") == item)
    }

    @Test(
        "A key attribute, and an attribute named twice, are refused", arguments: StoreBackend.all,
        [
            [.set("id", "b")], [.remove("id")], [.setIfAbsent("id", "a")],
            [.set("n", 1), .add("n", 1)], [.remove("n"), .remove("n")],
        ] as [[UpdateAction]])
    func refused(_ backend: StoreBackend, _ actions: [UpdateAction]) async throws {
        let open = try backend.open([.plain], clock)
        let code = await errorCode {
            try await open.store.update(["id": "a"], in: "plain", actions)
        }
        #expect(code == "invalid")
        #expect(try await open.store.get(["id": "a"], from: "plain") == nil)
    }

    @Test("An update that makes an item too large is refused", arguments: StoreBackend.all)
    func growth(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        let half = AttributeValue.string(String(repeating: "x", count: 220 * 1024))
        try await open.store.put(["id": "a", "one": half], into: "plain")
        let code = await errorCode {
            try await open.store.update(["id": "a"], in: "plain", [.set("two", half)])
        }
        #expect(code == "too_large")
        #expect(try await open.store.get(["id": "a"], from: "plain")?["two"] == nil)
    }

    @Test("Parallel additions are all counted", arguments: StoreBackend.all)
    func counter(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<25 {
                        try await open.store.update(["id": "a"], in: "plain", [.add("n", 1)])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await open.store.get(["id": "a"], from: "plain")?["n"] == 200)
    }
}
