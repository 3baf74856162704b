import Locking
package import Records
package import TableStore

/// Opens the store when it is first needed, and again after a failure: a function whose store is
/// away answers 503 until it is back, and does not die.
package final class StoreProvider: Sendable {
    private let open: @Sendable () throws(TableStoreError) -> any TableStore
    private let opened = Locked<(any TableStore)?>(nil)

    /// Makes a provider.
    ///
    /// - Parameter open: opens the store; called again after it has thrown.
    package init(open: @escaping @Sendable () throws(TableStoreError) -> any TableStore) {
        self.open = open
    }

    /// Makes a provider of the store at a location.
    package convenience init(_ location: StoreLocation, clock: WallClock) {
        self.init { () throws(TableStoreError) in
            switch location {
            case .sqlite(let path):
                try SQLiteStore(path: path, tables: ServiceTables.all, now: clock.nowMs)
            }
        }
    }

    /// The store, opened at most once.
    package func store() throws(TableStoreError) -> any TableStore {
        try opened.withLock { opened throws(TableStoreError) in
            if let opened { return opened }
            let store = try open()
            opened = store
            return store
        }
    }
}
