package import TableStore

/// The register of clients.
package struct Clients: Sendable {
    private let store: any TableStore

    /// Makes a register over a store that has ``ServiceTables``.
    package init(store: any TableStore) {
        self.store = store
    }

    /// One client by its id.
    package func client(_ id: String) async throws(TableStoreError) -> Client? {
        guard let item = try await store.get(["client_id": .string(id)], from: table) else {
            return nil
        }
        guard let client = Client(item: item) else { throw .corrupt }
        return client
    }

    /// Adds a client.
    ///
    /// - Throws: `.conditionFailed` if the id is taken.
    package func add(_ client: Client) async throws(TableStoreError) {
        try await store.put(client.item, into: table, condition: .absent("client_id"))
    }

    /// Removes a client: its tokens are refused from now on.
    ///
    /// - Throws: `.conditionFailed` if there is none with this id.
    package func remove(_ id: String) async throws(TableStoreError) {
        try await store.delete(
            ["client_id": .string(id)], from: table, condition: .exists("client_id"))
    }

    /// All clients.
    package func list() async throws(TableStoreError) -> [Client] {
        var clients: [Client] = []
        var after: Item?
        repeat {
            let page = try await store.scan(table, limit: 100, after: after)
            for item in page.items {
                guard let client = Client(item: item) else { throw .corrupt }
                clients.append(client)
            }
            after = page.next
        } while after != nil
        return clients
    }

    private let table = ServiceTables.clients.name
}
