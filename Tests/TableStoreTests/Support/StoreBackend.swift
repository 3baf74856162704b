import TestSupport
import TableStore
import Testing

/// A way to get an empty store: what the conformance suite is run against.
///
/// A further backend is one more element of `all`; its tables must be empty and its own.
struct StoreBackend: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let open: @Sendable ([TableDefinition], TestClock) throws -> OpenStore

    static let all = [sqlite]

    static let sqlite = StoreBackend(testDescription: "SQLite") { tables, clock in
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(
            path: folder.database, tables: tables, now: { clock.nowMs })
        return OpenStore(store: store, lifetime: folder)
    }
}

/// A store, and what must live as long as it.
struct OpenStore: Sendable {
    let store: any TableStore
    let lifetime: any Sendable
}

/// The stable code of the table store error that a body throws; nil where it throws none.
func errorCode(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Void
) async -> String? {
    do {
        try await body()
        return nil
    } catch let error as TableStoreError {
        return error.code
    } catch {
        return "another error"
    }
}
