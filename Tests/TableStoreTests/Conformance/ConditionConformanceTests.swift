import TestSupport
import TableStore
import Testing

@Suite("Conformance: conditions")
struct ConditionConformanceTests {
    /// A condition, and whether it holds of the item of `evaluation`.
    struct Case: Sendable, CustomTestStringConvertible {
        let condition: Condition
        let holds: Bool
        var testDescription: String { "\(condition) is \(holds)" }

        init(_ condition: Condition, _ holds: Bool) {
            self.condition = condition
            self.holds = holds
        }
    }

    static let cases = [
        Case(.exists("n"), true), Case(.exists("nothing"), true), Case(.exists("gone"), false),
        Case(.absent("gone"), true), Case(.absent("n"), false),
        Case(.equals("n", 5), true), Case(.equals("n", "5"), false),
        Case(.equals("gone", 5), false),
        Case(.equals("nothing", .null), true), Case(.equals("map", ["a": [1, true]]), true),
        Case(.equals("map", ["a": [1, false]]), false), Case(.equals("map", [:]), false),
        Case(.equals("accent", "\u{E9}"), true), Case(.equals("accent", "e\u{301}"), false),
        Case(.notEquals("n", 6), true), Case(.notEquals("n", 5), false),
        Case(.notEquals("gone", 5), true), Case(.notEquals("n", "5"), true),
        Case(.lessThan("n", 6), true), Case(.lessThan("n", 5), false),
        Case(.lessThan("n", "9"), false), Case(.lessThan("gone", 9), false),
        Case(.lessOrEqual("n", 5), true), Case(.lessOrEqual("n", 4), false),
        Case(.lessOrEqual("gone", 5), false), Case(.lessOrEqual("text", 5), false),
        Case(.greaterThan("n", 4), true), Case(.greaterThan("n", 5), false),
        Case(.greaterThan("gone", 0), false),
        Case(.greaterOrEqual("n", 5), true), Case(.greaterOrEqual("n", 6), false),
        Case(.greaterOrEqual("gone", 0), false), Case(.greaterOrEqual("text", 0), false),
        Case(.lessThan("text", "b"), true), Case(.greaterThan("text", "Z"), true),
        Case(.greaterThan("accent", "z"), true), Case(.lessThan("bytes", .binary([1, 3])), true),
        Case(.beginsWith("text", "ab"), true), Case(.beginsWith("text", "b"), false),
        Case(.beginsWith("n", "5"), false), Case(.beginsWith("gone", ""), false),
        Case(.all([]), true), Case(.any([]), false),
        Case(.all([.exists("n"), .exists("text")]), true),
        Case(.all([.exists("n"), .exists("gone")]), false),
        Case(.any([.exists("gone"), .exists("n")]), true),
        Case(.any([.exists("gone"), .absent("n")]), false),
        Case(.not(.exists("gone")), true), Case(.not(.lessThan("gone", 1)), true),
    ]

    private let clock = TestClock()

    @Test("A condition holds exactly when DynamoDB's does", arguments: StoreBackend.all, cases)
    func evaluation(_ backend: StoreBackend, _ example: Case) async throws {
        let open = try backend.open([.plain], clock)
        let item: Item = [
            "id": "a", "n": 5, "text": "abc", "nothing": .null, "map": ["a": [1, true]],
            "accent": "\u{E9}", "bytes": .binary([1, 2]),
        ]
        try await open.store.put(item, into: "plain")
        let code = await errorCode {
            try await open.store.put(item, into: "plain", condition: example.condition)
        }
        #expect(code == (example.holds ? nil : "condition_failed"))
    }

    @Test("A condition on an absent item sees no attributes", arguments: StoreBackend.all)
    func absentItem(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        let create: @Sendable (Condition) async throws -> Void = { condition in
            try await open.store.put(["id": "a"], into: "plain", condition: condition)
        }
        #expect(await errorCode { try await create(.exists("id")) } == "condition_failed")
        #expect(await errorCode { try await create(.lessThan("n", 9)) } == "condition_failed")
        #expect(await errorCode { try await create(.absent("id")) } == nil)
        #expect(await errorCode { try await create(.absent("id")) } == "condition_failed")
    }

    @Test("A failed condition leaves the item as it was", arguments: StoreBackend.all)
    func nothingWritten(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        let item: Item = ["id": "a", "n": 1]
        let never = Condition.equals("n", 2)
        try await open.store.put(item, into: "plain")
        await #expect(throws: TableStoreError.conditionFailed) {
            try await open.store.put(["id": "a"], into: "plain", condition: never)
        }
        await #expect(throws: TableStoreError.conditionFailed) {
            try await open.store.update(["id": "a"], in: "plain", [.add("n", 5)], condition: never)
        }
        await #expect(throws: TableStoreError.conditionFailed) {
            try await open.store.delete(["id": "a"], from: "plain", condition: never)
        }
        #expect(try await open.store.get(["id": "a"], from: "plain") == item)
    }

    @Test("An order comparison with a type that has none is refused", arguments: StoreBackend.all)
    func unordered(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        for value in [true, .null, [1], ["a": 1]] as [AttributeValue] {
            let condition = Condition.any([.exists("id"), .not(.lessThan("n", value))])
            let code = await errorCode {
                try await open.store.put(["id": "a"], into: "plain", condition: condition)
            }
            #expect(code == "invalid")
        }
    }

    @Test("Of 50 conditional puts of one key exactly one wins", arguments: StoreBackend.all)
    func race(_ backend: StoreBackend) async throws {
        let open = try backend.open([.plain], clock)
        let winners = await withTaskGroup(of: Int64?.self, returning: [Int64].self) { group in
            for number in 0..<50 as Range<Int64> {
                group.addTask {
                    let code = await errorCode {
                        try await open.store.put(
                            ["id": "a", "winner": .number(number)], into: "plain",
                            condition: .absent("id"))
                    }
                    return code == nil ? number : code == "condition_failed" ? nil : -1
                }
            }
            return await group.reduce(into: []) { if let winner = $1 { $0.append(winner) } }
        }
        #expect(winners.count == 1)
        let item = try await open.store.get(["id": "a"], from: "plain")
        #expect(item?["winner"]?.number == winners.first)
    }
}
