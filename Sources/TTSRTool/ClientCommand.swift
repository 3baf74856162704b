import Crypto
import Records
import TextEncoding
import TTSR
import TableStore

/// `ttsr client ...`
enum ClientCommand {
    static func add(_ arguments: inout Arguments) async throws {
        let location = try arguments.storeLocation()
        let id = try arguments.word("the client's id")
        guard Client.isValidID(id) else {
            throw UsageError("a client's id is 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'")
        }
        let scopes = try scopes(named: arguments.values("--scope"))
        let secret = try secret(given: arguments.value("--secret"))
        let rateLimit = try arguments.number("--rate-limit", 1...1_000_000_000)
        let tenant = try arguments.tenant()
        try arguments.finish()
        let client = Client(
            id: id, tenant: tenant, scopes: scopes,
            rateLimit: rateLimit ?? Client.standardRateLimit, secret: secret,
            createdAtMs: WallClock.system.nowMs(), random: .system)
        let clients = Clients(store: try location.open())
        do throws(TableStoreError) {
            try await clients.add(client)
        } catch {
            guard error == .conditionFailed else { throw error }
            throw CommandFailure("there is a client with this id already")
        }
        Output.line("client_id: \(id)")
        Output.line("client_secret: \(secret)")
        Output.line("scope: \(scopes.map(\.rawValue).joined(separator: " "))")
    }

    static func list(_ arguments: inout Arguments) async throws {
        let location = try arguments.storeLocation()
        try arguments.finish()
        let clients = try await Clients(store: location.open()).list()
        Output.table(
            [["CLIENT", "TENANT", "PER MINUTE", "ADDED", "SCOPE"]]
                + clients.map {
                    [
                        $0.id, $0.tenant, String($0.rateLimit), Timestamp.text($0.createdAtMs),
                        $0.scopes.map(\.rawValue).joined(separator: " "),
                    ]
                })
    }

    static func remove(_ arguments: inout Arguments) async throws {
        let location = try arguments.storeLocation()
        let id = try arguments.word("the client's id")
        try arguments.finish()
        let clients = Clients(store: try location.open())
        do throws(TableStoreError) {
            try await clients.remove(id)
        } catch {
            guard error == .conditionFailed else { throw error }
            throw CommandFailure("there is no client with this id")
        }
        Output.line("removed")
    }

    private static func secret(given: String?) throws(UsageError) -> String {
        guard let given else { return Base64.encodeURL(RandomSource.system.bytes(32)) }
        guard (8...256).contains(given.utf8.count),
            given.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { throw UsageError("--secret must be 8 to 256 visible ASCII characters") }
        return given
    }

    private static func scopes(named values: [String]) throws(UsageError) -> [Scope] {
        let names = values.flatMap { $0.split(separator: " ").map(String.init) }
        guard !names.isEmpty else { throw UsageError("--scope is missing") }
        var scopes: Set<Scope> = []
        for name in names {
            guard let scope = Scope(rawValue: name) else {
                throw UsageError(
                    "--scope must name some of \(AccessToken.text(Set(Scope.allCases)))")
            }
            scopes.insert(scope)
        }
        return Scope.allCases.filter(scopes.contains)
    }
}
