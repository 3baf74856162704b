import TestSupport
import Testing

@testable import TableStore

@Suite("Many stores on one file")
struct ContentionTests {
    @Test("Eight threads with a store each lose no addition and no transaction")
    func counters() async throws {
        let folder = try TemporaryFolder()
        let path = folder.database
        let results = try (0..<8).map { number in
            try ThreadResult {
                let store = try SQLiteStore(
                    path: path, tables: [.plain, .streamed], busyTimeoutMs: 60_000)
                for step in 0..<50 {
                    try await store.update(["id": "all"], in: "plain", [.add("n", 1)])
                    try await store.transact([
                        .update(["id": "moved"], in: "plain", [.add("n", 1)]),
                        .put(
                            ["id": "\(number)-\(step)"], into: "streamed",
                            condition: .absent("id")),
                    ])
                }
            }
        }
        for result in results { try result.value() }
        let store = try SQLiteStore(path: path, tables: [.plain, .streamed])
        #expect(try await store.get(["id": "all"], from: "plain")?["n"] == 400)
        #expect(try await store.get(["id": "moved"], from: "plain")?["n"] == 400)
        let records = try SQLiteChangeReader(path: path, table: "streamed").read(
            after: 0, limit: 1000)
        #expect(records.map(\.sequence) == Array(1...400))
        #expect(Set(records.map(\.keys)).count == 400)
    }

    @Test("Of 50 threads that put one key on condition exactly one wins")
    func oneWinner() async throws {
        let folder = try TemporaryFolder()
        let path = folder.database
        _ = try SQLiteStore(path: path, tables: [.plain])
        let results = try (0..<50).map { number in
            try ThreadResult {
                let store = try SQLiteStore(path: path, tables: [.plain], busyTimeoutMs: 60_000)
                try await store.put(
                    ["id": "a", "winner": .number(Int64(number))], into: "plain",
                    condition: .absent("id"))
            }
        }
        var winners: [Int64] = []
        for (number, result) in results.enumerated() {
            do {
                try result.value()
                winners.append(Int64(number))
            } catch TableStoreError.conditionFailed {}
        }
        #expect(winners.count == 1)
        let store = try SQLiteStore(path: path, tables: [.plain])
        let item = try await store.get(["id": "a"], from: "plain")
        #expect(item?["winner"]?.number == winners.first)
    }
}
