import TestSupport
import Crypto
import HTTPClient
import LambdaRuntime
import Locking
import Records
import StrictJSON
import TTSR
import TableStore
import Testing
import Webhooks

@testable import GetEventFunction
@testable import HealthFunction
@testable import OutboxRetryFunction
@testable import ScoreFunction
@testable import TokenFunction
@testable import WebhookTestFunction

/// All six functions on one store, with a clock that stands still and a receiver of webhooks that
/// answers as a test says. What they log is kept.
struct Harness: Sendable {
    let clock = TestClock()
    let folder: TemporaryFolder
    let store: SQLiteStore
    let service: Service
    let log = Lines()
    let sent = Sent()

    /// - Parameter isAway: the functions' store is in a folder that is missing.
    init(_ variables: [String: String] = [:], isAway: Bool = false) throws {
        let folder = try TemporaryFolder()
        let clock = clock
        let sent = sent
        let store = try SQLiteStore(
            path: folder.database, tables: ServiceTables.all, now: { clock.nowMs })
        let location = "sqlite:" + (isAway ? folder.path + "/missing/ttsr.db" : folder.database)
        let environment = ["TTSR_STORE": location].merging(variables) { $1 }
        let configuration = try ServiceConfiguration(LambdaEnvironment(environment))
        let provider =
            isAway
            ? StoreProvider(configuration.store, clock: clock.clock) : StoreProvider { store }
        self.folder = folder
        self.store = store
        service = Service(
            configuration: configuration, clock: clock.clock, random: .seeded(),
            provider: provider, transport: WebhookTransport { requests in sent.answer(requests) })
    }

    /// Registers a client with the secret `secret-of-<id>`, and gives its token.
    func token(
        _ id: String = "app", tenant: String = "acme", scopes: [Scope] = Scope.allCases,
        rateLimit: Int64 = 600, secret: String? = nil
    ) async throws -> String {
        try await Clients(store: store).add(
            Client(
                id: id, tenant: tenant, scopes: scopes, rateLimit: rateLimit,
                secret: secret ?? "secret-of-\(id)", createdAtMs: clock.nowMs, random: .seeded()))
        let signing = try await SigningKeys(store: store).signingKey(clock: clock.clock)
        return try AccessToken(
            clientID: id, tenant: tenant, scopes: Set(scopes), issuedAt: clock.nowSeconds,
            expiresAt: clock.nowSeconds + 3_600
        ).signed(issuer: "ttsr", id: "tok", key: signing.key, keyID: signing.id)
    }

    /// Registers an endpoint for every type of event.
    func addEndpoint(_ id: String, tenant: String = "acme") async throws {
        let url = try #require(WebhookURL(text: "https://receiver.example/\(id)"))
        try await WebhookEndpoints(store: store).add(
            WebhookEndpoint(
                id: id, tenant: tenant, url: url, eventTypes: EventType.all,
                secrets: [WebhookSecret(random: .seeded())], createdAtMs: clock.nowMs),
            actor: "operator")
    }

    func context(trace: String? = "Root=1-6740e2a0-0123456789abcdef01234567;Sampled=1")
        -> LambdaContext
    {
        LambdaContext(
            requestID: "request-1", traceID: trace,
            logger: LambdaLogger(minimum: .debug, sink: { log.add($0) }))
    }

    /// Answers as the platform would have it answered: by the function that has the route.
    func answer(_ request: HTTPAPIRequest) async throws -> HTTPAPIResponse {
        switch request.routeKey {
        case "POST /v1/score": try await ScoreHandler(service).answer(request, context())
        case "GET /v1/events/{id}": await GetEventHandler(service).answer(request, context())
        case "POST /v1/webhooks/test":
            await WebhookTestHandler(service).answer(request, context())
        case "POST /v1/oauth/token", "GET /.well-known/jwks.json":
            await TokenHandler(service).answer(request, context())
        default: try await HealthHandler(service).answer(request, context())
        }
    }

    /// Answers a request to score.
    func score(
        _ body: String, token: String, key: String? = "k", headers: [String: String] = [:]
    ) async throws -> HTTPAPIResponse {
        var fields = [
            "authorization": "Bearer \(token)", "content-type": "application/json",
        ]
        fields["idempotency-key"] = key
        return try await answer(
            HTTPAPIRequest(
                routeKey: "POST /v1/score", rawPath: "/v1/score",
                headers: fields.merging(headers) { $1 }, body: body))
    }

    func rows(_ table: TableDefinition) async throws -> [Item] {
        try await store.scan(table.name, limit: 1_000, after: nil).items
    }
}

/// Lines that were logged.
final class Lines: Sendable {
    private let bytes = Locked<[UInt8]>([])

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

    func add(_ line: [UInt8]) {
        bytes.withLock { $0 += line }
    }
}

/// Requests that were sent to receivers, and what they answer.
final class Sent: Sendable {
    private let state = Locked<(requests: [HTTPRequest], status: Int)>(([], 200))

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func answer(with status: Int) {
        state.withLock { $0.status = status }
    }

    func answer(_ requests: [HTTPRequest]) -> [Result<HTTPResponse, HTTPClientError>] {
        state.withLock { state in
            state.requests += requests
            return requests.map { _ in
                .success(HTTPResponse(status: state.status, fields: [], body: []))
            }
        }
    }
}

/// The body of an answer.
func json(_ response: HTTPAPIResponse) throws -> JSONValue {
    try StrictJSON.parse(response.bodyBytes())
}
