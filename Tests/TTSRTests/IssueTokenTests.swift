import TestSupport
import Crypto
import LambdaRuntime
import StrictJSON
import TTSR
import TableStore
import Testing

@Suite("Issuing tokens")
struct IssueTokenTests {
    private func request(
        _ id: String = "app", secret: String = "secret-of-app", scope: String? = nil
    ) throws -> TokenRequest {
        let form =
            "grant_type=client_credentials&client_id=\(id)&client_secret=\(secret)"
            + (scope.map { "&scope=\($0)" } ?? "")
        return try TokenRequest(body: Array(form.utf8), authorization: nil)
    }

    private func claims(_ test: TestService, _ answer: JSONValue) async throws -> JSONValue {
        let token = try #require(answer["access_token"]?.string)
        let id = try #require(JSONWebToken.keyID(of: token))
        let key = try await SigningKeys(store: test.store).publicKey(id)
        return try JSONWebToken.verify(
            token, issuer: "ttsr", audience: "ttsr-api", now: test.clock.nowSeconds,
            key: { _ in key })
    }

    @Test("A token says who, for whom, for what and for how long")
    func happyPath() async throws {
        let test = try TestService(["TTSR_TOKEN_LIFETIME_SECONDS": "900"])
        try await test.addClient()
        let answer = try json(try await IssueToken(test.service)(request(), in: test.store))
        #expect(answer["token_type"] == "Bearer")
        #expect(answer["expires_in"] == 900)
        #expect(answer["scope"] == "score:write events:read webhooks:write")
        #expect(answer["refresh_token"] == nil)
        let claims = try await claims(test, answer)
        #expect(claims["iss"] == "ttsr")
        #expect(claims["aud"] == "ttsr-api")
        #expect(claims["sub"] == "app")
        #expect(claims["client_id"] == "app")
        #expect(claims["tenant"] == "acme")
        #expect(claims["scope"] == answer["scope"])
        #expect(claims["iat"] == .number(JSONNumber(test.clock.nowSeconds)))
        #expect(claims["exp"] == .number(JSONNumber(test.clock.nowSeconds + 900)))
    }

    @Test("Two tokens of one second are two")
    func distinctTokens() async throws {
        let test = try TestService()
        try await test.addClient()
        let issue = IssueToken(test.service)
        let first = try await claims(test, try json(issue(request(), in: test.store)))
        let second = try await claims(test, try json(issue(request(), in: test.store)))
        #expect(first["jti"] != nil)
        #expect(first["jti"] != second["jti"])
    }

    @Test("A client gets fewer scopes if it asks for fewer, once each, in a fixed order")
    func narrowedScopes() async throws {
        let test = try TestService()
        try await test.addClient()
        let asked = "events:read+score:write++events:read"
        let answer = try json(
            try await IssueToken(test.service)(request(scope: asked), in: test.store))
        #expect(answer["scope"] == "score:write events:read")
        #expect(try await claims(test, answer)["scope"] == "score:write events:read")
    }

    @Test(
        "A scope that the client does not hold, or that there is not, is refused",
        arguments: [
            "webhooks:write", "events:read+webhooks:write", "everything", "+", "SCORE:WRITE",
        ])
    func scopeNotHeld(scope: String) async throws {
        let test = try TestService()
        try await test.addClient(scopes: [.scoreWrite, .eventsRead])
        await #expect(throws: TokenError.invalidScope) {
            try await IssueToken(test.service)(request(scope: scope), in: test.store)
        }
    }

    @Test("An unknown client and a wrong secret cannot be told apart")
    func refusedAlike() async throws {
        let test = try TestService()
        try await test.addClient()
        let refused = TokenError.invalidClient(usedHeader: false)
        for (id, secret) in [
            ("nobody", "secret-of-app"), ("app", "wrong"), ("app", "secret-of-ap"),
            ("app", "secret-of-app2"), ("App", "secret-of-app"),
        ] {
            await #expect(throws: refused) {
                try await IssueToken(test.service)(request(id, secret: secret), in: test.store)
            }
        }
        // Nobody's secret costs as much to compare, and is nobody's even if it were guessed.
        let response = Problem(refused).response(traceID: "t")
        #expect(response.statusCode == 401)
        #expect(try json(response)["error"] == "invalid_client")
    }

    @Test("The store holds a salted hash of a secret and not the secret")
    func hashedSecret() async throws {
        let test = try TestService()
        let client = try await test.addClient()
        let item = try #require(try await test.rows(ServiceTables.clients).first)
        #expect(!"\(item)".contains("secret-of-app"))
        #expect(item["secret_iterations"] == 100_000)
        let salt = Array(repeating: UInt8(7), count: 16)
        let other = Client(
            id: "app", tenant: "acme", scopes: [], rateLimit: 1, secret: "secret-of-app",
            createdAtMs: 0, random: RandomSource { _ in salt })
        #expect(other.item["secret_salt"] == .binary(salt))
        #expect(other.item["secret_hash"] != client.item["secret_hash"])
    }
}
