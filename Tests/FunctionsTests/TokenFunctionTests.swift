import TestSupport
import Crypto
import LambdaRuntime
import StrictJSON
import TextEncoding
import TTSR
import Testing

@Suite("POST /v1/oauth/token")
struct TokenFunctionTests {
    private let harness: Harness

    init() throws {
        harness = try Harness(["TTSR_TOKEN_REQUESTS_PER_MINUTE": "3"])
    }

    private func ask(
        _ form: String, authorization: String? = nil, from address: String = "192.0.2.1",
        type: String = "application/x-www-form-urlencoded"
    ) async throws -> HTTPAPIResponse {
        var request = HTTPAPIRequest(
            routeKey: "POST /v1/oauth/token", rawPath: "/v1/oauth/token",
            headers: ["content-type": type], body: form)
        request.headers["authorization"] = authorization
        request.requestContext.http.sourceIP = address
        return try await harness.answer(request)
    }

    private let good =
        "grant_type=client_credentials&client_id=app&client_secret=secret-of-app"

    @Test("A token that was issued opens the API, and its key is published")
    func roundTrip() async throws {
        _ = try await harness.token()
        let response = try await ask(good + "&scope=score:write")
        #expect(response.statusCode == 200)
        #expect(response.headers["Cache-Control"] == "no-store")
        #expect(response.headers["Pragma"] == "no-cache")
        let answer = try json(response)
        #expect(answer["scope"] == "score:write")
        let token = try #require(answer["access_token"]?.string)
        let scored = try await harness.score(#"{"source":"bus","signals":{}}"#, token: token)
        #expect(scored.statusCode == 200)
        let keys = try await harness.answer(Sample.request("token-keys", token: ""))
        #expect(keys.headers["Cache-Control"] == "public, max-age=300")
        let id = try json(keys)["keys"]?.array?.first?["kid"]?.string
        #expect(id == JSONWebToken.keyID(of: token))
    }

    @Test("A key set without keys is not to be kept")
    func emptyKeySet() async throws {
        let keys = try await harness.answer(Sample.request("token-keys", token: ""))
        #expect(keys.body == #"{"keys":[]}"#)
        #expect(keys.headers["Cache-Control"] == "no-store")
    }

    @Test("A wrong secret and an unknown client get the same answer, to the byte")
    func refusedAlike() async throws {
        _ = try await harness.token()
        let basic = { (id: String) in "Basic " + Base64.encode(Array("\(id):wrong".utf8)) }
        let form = "grant_type=client_credentials"
        let wrong = try await ask(form, authorization: basic("app"))
        let unknown = try await ask(form, authorization: basic("nobody"))
        #expect(wrong.statusCode == 401)
        #expect(wrong.headers["WWW-Authenticate"] == "Basic realm=\"ttsr\"")
        #expect(wrong == unknown)
        let inForm = try await ask(form + "&client_id=app&client_secret=wrong")
        #expect(inForm.statusCode == 401)
        #expect(inForm.headers["WWW-Authenticate"] == nil)
    }

    @Test("The errors of RFC 6749 are problems with its error code")
    func oauthErrors() async throws {
        _ = try await harness.token()
        for (index, (form, error)) in [
            ("grant_type=password", "unsupported_grant_type"), ("scope=x", "invalid_request"),
            (good + "&scope=admin", "invalid_scope"),
        ].enumerated() {
            let response = try await ask(form, from: "192.0.2.\(index)")
            #expect(response.statusCode == 400)
            #expect(try json(response)["error"]?.string == error)
            #expect(try json(response)["code"]?.string == error)
            #expect(response.headers["Cache-Control"] == "no-store")
        }
        let type = try await ask(good, from: "192.0.2.9", type: "application/json")
        #expect(type.statusCode == 415)
        let long = try await ask(
            good + String(repeating: "&", count: 8_192), from: "192.0.2.9")
        #expect(long.statusCode == 413)
    }

    @Test("Guesses are limited by where they come from, right or wrong")
    func limited() async throws {
        _ = try await harness.token()
        for _ in 0..<3 { #expect(try await ask("grant_type=x").statusCode == 400) }
        let response = try await ask(good)
        #expect(response.statusCode == 429)
        #expect(response.headers["Retry-After"] == "60")
        #expect(try await ask(good, from: "192.0.2.2").statusCode == 200)
        harness.clock.advance(seconds: 60)
        #expect(try await ask(good).statusCode == 200)
    }
}
