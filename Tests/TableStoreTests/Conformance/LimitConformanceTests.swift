import TestSupport
import TableStore
import Testing

@Suite("Conformance: limits")
struct LimitConformanceTests {
    private let clock = TestClock()

    private func text(_ bytes: Int) -> AttributeValue {
        .string(String(repeating: "x", count: bytes))
    }

    @Test("An item of 400 KB is stored, one byte more is refused", arguments: StoreBackend.all)
    func itemBytes(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        // "id" + "a" + "t" are 4 bytes.
        let largest: Item = ["id": "a", "t": text(400 * 1024 - 4)]
        let tooLarge: Item = ["id": "a", "t": text(400 * 1024 - 3)]
        let code = await errorCode { try await open.store.put(tooLarge, into: "plain") }
        #expect(code == "too_large")
        #expect(try await open.store.get(["id": "a"], from: "plain") == nil)
        try await open.store.put(largest, into: "plain")
        #expect(try await open.store.get(["id": "a"], from: "plain") == largest)
    }

    @Test(
        "Keys of 2,048 and 1,024 bytes are stored, longer are refused", arguments: StoreBackend.all)
    func keyBytes(_ backend: StoreBackend) async throws {
        let open = try backend.open([.sorted], clock)
        let largest: TableKey = ["group": text(2048), "name": text(1024)]
        try await open.store.put(largest, into: "sorted")
        #expect(try await open.store.get(largest, from: "sorted") == largest)
        for key in [["group": text(2049), "name": "n"], ["group": "g", "name": text(1025)]] {
            let put = await errorCode { try await open.store.put(key, into: "sorted") }
            #expect(put == "too_large")
            let get = await errorCode { _ = try await open.store.get(key, from: "sorted") }
            #expect(get == "too_large")
        }
    }

    @Test("32 levels of nesting are stored, 33 are refused", arguments: StoreBackend.all)
    func depth(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        var value: AttributeValue = 1
        for level in 1...33 {
            value = level % 2 == 0 ? ["a": value] : [value]
            let item: Item = ["id": "a", "deep": value]
            let code = await errorCode { try await open.store.put(item, into: "plain") }
            #expect(code == (level <= 32 ? nil : "too_large"))
        }
    }

    @Test("An attribute needs a name", arguments: StoreBackend.all)
    func emptyName(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        let put = await errorCode { try await open.store.put(["id": "a", "": 1], into: "plain") }
        #expect(put == "invalid")
        let update = await errorCode {
            try await open.store.update(["id": "a"], in: "plain", [.set("", 1)])
        }
        #expect(update == "invalid")
    }
}
