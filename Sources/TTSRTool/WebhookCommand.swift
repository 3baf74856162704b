import Crypto
import Records
import TTSR
import TableStore
import Webhooks

/// `ttsr webhook ...`, but for `listen`.
enum WebhookCommand {
    private static let actor = "operator"

    static func add(_ arguments: inout Arguments) async throws {
        let location = try arguments.storeLocation()
        guard let url = WebhookURL(text: try arguments.word("the endpoint's URL")) else {
            throw UsageError(
                "an endpoint's URL is https://..., or http:// to a loopback address, without a user"
            )
        }
        let types = arguments.values("--event")
        guard !types.isEmpty else { throw UsageError("--event is missing") }
        guard types.allSatisfy(EventType.all.contains) else {
            throw UsageError("--event must be \(EventType.all.joined(separator: " or "))")
        }
        var secret = WebhookSecret(random: .system)
        if let text = try arguments.value("--secret") {
            guard let given = WebhookSecret(text: text) else {
                throw UsageError("--secret must be whsec_ and base64 of 24 to 64 bytes")
            }
            secret = given
        }
        let tenant = try arguments.tenant()
        try arguments.finish()
        let clock = WallClock.system
        let endpoint = WebhookEndpoint(
            id: IdentifierSource(clock: clock, random: .system).make("ep_"), tenant: tenant,
            url: url, eventTypes: types, secrets: [secret], createdAtMs: clock.nowMs())
        let endpoints = WebhookEndpoints(store: try location.open())
        guard try await endpoints.add(endpoint, actor: actor) else {
            throw CommandFailure(
                "the tenant has \(WebhookEndpoints.endpointsMax) endpoints already")
        }
        Output.line("endpoint_id: \(endpoint.id)")
        Output.line("secret: \(secret.text)")
        if url.isPlain {
            Output.error(
                "note: it is sent to only where WebhookAllowedNetworks allows its address")
        }
    }

    static func list(_ arguments: inout Arguments) async throws {
        let location = try arguments.storeLocation()
        let tenant = try arguments.tenant()
        try arguments.finish()
        let endpoints = try await WebhookEndpoints(store: location.open()).list(tenant: tenant)
        Output.table(
            [["ENDPOINT", "STATE", "EVENTS", "URL"]]
                + endpoints.map {
                    [
                        $0.id, $0.state.rawValue, $0.eventTypes.joined(separator: ","),
                        $0.url.text,
                    ]
                })
    }

    static func enable(_ arguments: inout Arguments) async throws {
        try await change(&arguments, done: "enabled") { endpoints, tenant, id, now in
            try await endpoints.set(.enabled, tenant: tenant, id: id, actor: actor, atMs: now)
        }
    }

    static func remove(_ arguments: inout Arguments) async throws {
        try await change(&arguments, done: "removed") { endpoints, tenant, id, now in
            try await endpoints.remove(tenant: tenant, id: id, actor: actor, atMs: now)
        }
    }

    private static func change(
        _ arguments: inout Arguments, done: String,
        _ body: (WebhookEndpoints, String, String, Int64) async throws -> Bool
    ) async throws {
        let location = try arguments.storeLocation()
        let id = try arguments.word("the endpoint's id")
        let tenant = try arguments.tenant()
        try arguments.finish()
        let endpoints = WebhookEndpoints(store: try location.open())
        guard try await body(endpoints, tenant, id, WallClock.system.nowMs()) else {
            throw CommandFailure("there is no endpoint with this id")
        }
        Output.line(done)
    }
}
