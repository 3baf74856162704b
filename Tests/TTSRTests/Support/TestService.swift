import TestSupport
import Crypto
import HTTPClient
import LambdaRuntime
import Records
import StrictJSON
import TTSR
import TableStore
import Webhooks

/// A service on a store of its own, with a clock that stands still and known randomness.
struct TestService: Sendable {
    let folder: TemporaryFolder
    let clock: TestClock
    let store: SQLiteStore
    let service: Service

    init(
        _ variables: [String: String] = [:], clock: TestClock = TestClock(),
        folder: TemporaryFolder? = nil, busyTimeoutMs: Int = 5_000
    ) throws {
        let folder = try folder ?? TemporaryFolder()
        let store = try SQLiteStore(
            path: folder.database, tables: ServiceTables.all, now: { clock.nowMs },
            busyTimeoutMs: busyTimeoutMs)
        let environment = ["TTSR_STORE": "sqlite:\(folder.database)"].merging(variables) { $1 }
        self.folder = folder
        self.clock = clock
        self.store = store
        service = Service(
            configuration: try ServiceConfiguration(LambdaEnvironment(environment)),
            clock: clock.clock, random: .seeded(), provider: StoreProvider { store },
            transport: WebhookTransport { $0.map { _ in .failure(HTTPClientError(.connect, "")) } })
    }

    /// Registers a client with the secret `secret-of-<id>`.
    @discardableResult
    func addClient(
        _ id: String = "app", tenant: String = "acme", scopes: [Scope] = Scope.allCases,
        rateLimit: Int64 = 600
    ) async throws -> Client {
        let client = Client(
            id: id, tenant: tenant, scopes: scopes, rateLimit: rateLimit,
            secret: "secret-of-\(id)", createdAtMs: clock.nowMs, random: .seeded())
        try await Clients(store: store).add(client)
        return client
    }

    /// A token as the issuer would make it for a client.
    func token(
        _ id: String = "app", tenant: String = "acme", scopes: Set<Scope> = Set(Scope.allCases)
    ) async throws -> String {
        let signing = try await SigningKeys(store: store).signingKey(clock: clock.clock)
        let token = AccessToken(
            clientID: id, tenant: tenant, scopes: scopes, issuedAt: clock.nowSeconds,
            expiresAt: clock.nowSeconds + 3_600)
        return try token.signed(issuer: "ttsr", id: "tok", key: signing.key, keyID: signing.id)
    }

    /// Registers an endpoint.
    func addEndpoint(
        _ id: String, tenant: String = "acme", events: [String] = EventType.all
    ) async throws {
        guard let url = WebhookURL(text: "https://receiver.example/\(id)") else {
            throw JSONReadError(code: .invalidSyntax, pointer: "", offset: 0)
        }
        try await WebhookEndpoints(store: store).add(
            WebhookEndpoint(
                id: id, tenant: tenant, url: url, eventTypes: events,
                secrets: [WebhookSecret(random: .seeded())], createdAtMs: clock.nowMs),
            actor: "operator")
    }

    /// Everything that waits in the outbox.
    func outbox() async throws -> [WebhookDelivery] {
        try await WebhookOutbox(store: store).list(.pending, limit: 1_000).deliveries
    }

    /// Every row of a table.
    func rows(_ table: TableDefinition) async throws -> [Item] {
        try await store.scan(table.name, limit: 1_000, after: nil).items
    }
}

/// Parses a document.
func json(_ text: String) throws -> JSONValue {
    try StrictJSON.parse(Array(text.utf8))
}

/// The body of an answer.
func json(_ response: HTTPAPIResponse) throws -> JSONValue {
    try StrictJSON.parse(response.bodyBytes())
}

/// A logger that writes nowhere.
let silent = LambdaLogger(sink: { _ in })
