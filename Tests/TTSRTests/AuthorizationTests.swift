import TestSupport
import LambdaRuntime
import StrictJSON
import TTSR
import TableStore
import Testing

@Suite("Authorization")
struct AuthorizationTests {
    /// The status and code with which a route of a scope answers a request with this token.
    private func ask(
        _ test: TestService, _ token: String?, _ scope: Scope = .eventsRead
    ) async throws -> (status: Int, code: String?, response: HTTPAPIResponse) {
        var request = HTTPAPIRequest()
        request.headers["authorization"] = token
        let response = await test.service.answer(
            request, LambdaContext(logger: silent), scope: scope
        ) { _, principal in Answer(body: "\"\(principal.actor)\"") }
        return (response.statusCode, try json(response)["code"]?.string, response)
    }

    @Test("Without a token, with a bad one, without the scope: 401, 401, 403")
    func challenges() async throws {
        let test = try TestService()
        try await test.addClient()
        let none = try await ask(test, nil)
        #expect(none.status == 401)
        #expect(none.code == "token_required")
        #expect(none.response.headers["WWW-Authenticate"] == "Bearer realm=\"ttsr\"")
        for field in ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer a b", "Bearer a.b.c"] {
            let bad = try await ask(test, field)
            #expect(bad.status == 401)
            #expect(bad.code == "token_invalid")
            #expect(
                bad.response.headers["WWW-Authenticate"]
                    == "Bearer realm=\"ttsr\", error=\"invalid_token\"")
        }
        let token = try await test.token(scopes: [.scoreWrite])
        let low = try await ask(test, "Bearer " + token)
        #expect(low.status == 403)
        #expect(low.code == "scope_missing")
        #expect(
            low.response.headers["WWW-Authenticate"]
                == "Bearer realm=\"ttsr\", error=\"insufficient_scope\", scope=\"events:read\"")
        #expect(try await ask(test, "bearer " + token, .scoreWrite).status == 200)
        test.clock.advance(seconds: 3_600)
        let late = try await ask(test, "Bearer " + token, .scoreWrite)
        #expect(late.status == 401)
        #expect(late.code == "token_expired")
    }

    @Test("Each scope opens its own routes and no other", arguments: Scope.allCases)
    func scopeMatrix(held: Scope) async throws {
        let test = try TestService()
        try await test.addClient()
        let token = "Bearer " + (try await test.token(scopes: [held]))
        for asked in Scope.allCases {
            #expect(try await ask(test, token, asked).status == (asked == held ? 200 : 403))
        }
    }

    @Test("The token of a removed client is refused at once, and stays so under its old name")
    func removedClient() async throws {
        let test = try TestService()
        try await test.addClient()
        let token = "Bearer " + (try await test.token())
        #expect(try await ask(test, token).status == 200)
        try await Clients(store: test.store).remove("app")
        let removed = try await ask(test, token)
        #expect(removed.status == 401)
        #expect(removed.code == "token_invalid")
        test.clock.advance(seconds: 1)
        try await test.addClient()
        #expect(try await ask(test, token).status == 401)
        #expect(try await ask(test, "Bearer " + test.token()).status == 200)
    }

    @Test("A scope that was withdrawn is refused at once, though the token has it")
    func withdrawnScope() async throws {
        let test = try TestService()
        try await test.addClient()
        let token = "Bearer " + (try await test.token())
        #expect(try await ask(test, token).status == 200)
        _ = try await test.store.update(
            ["client_id": "app"], in: ServiceTables.clients.name,
            [.set("scopes", .list(["score:write"]))])
        #expect(try await ask(test, token).status == 403)
        #expect(try await ask(test, token, .scoreWrite).status == 200)
    }

    @Test("A token of another tenant than its client's is refused")
    func otherTenant() async throws {
        let test = try TestService()
        try await test.addClient()
        let token = "Bearer " + (try await test.token(tenant: "other"))
        #expect(try await ask(test, token).code == "token_invalid")
    }

    @Test("Requests are counted after authorization: nobody uses up another's")
    func rateLimit() async throws {
        let test = try TestService()
        try await test.addClient(rateLimit: 2)
        let token = "Bearer " + (try await test.token())
        for _ in 0..<5 { #expect(try await ask(test, "Bearer x").status == 401) }
        let first = try await ask(test, token)
        #expect(first.response.headers["RateLimit-Policy"] == "\"default\";q=2;w=60")
        #expect(first.response.headers["RateLimit"] == "\"default\";r=1;t=60")
        test.clock.advance(ms: 1_500)
        #expect(
            try await ask(test, token).response.headers["RateLimit"] == "\"default\";r=0;t=59")
        let third = try await ask(test, token)
        #expect(third.status == 429)
        #expect(third.code == "rate_limited")
        #expect(third.response.headers["Retry-After"] == "59")
        #expect(third.response.headers["RateLimit"] == "\"default\";r=0;t=59")
        test.clock.advance(seconds: 59)
        #expect(try await ask(test, token).status == 200)
    }

    @Test("Whatever a route throws is a problem with the fields of the window")
    func thrownErrors() async throws {
        struct Surprise: Error { let secret = "hunter2" }
        let test = try TestService()
        try await test.addClient()
        var request = HTTPAPIRequest()
        request.headers["authorization"] = "Bearer " + (try await test.token())
        let response = await test.service.answer(
            request, LambdaContext(logger: silent), scope: .eventsRead
        ) { _, _ in throw Surprise() }
        #expect(response.statusCode == 500)
        #expect(response.headers["RateLimit"] == "\"default\";r=599;t=60")
        #expect(try json(response)["code"] == "internal_error")
        #expect(!response.body.contains("Surprise"))
        #expect(!response.body.contains("hunter2"))
    }
}
