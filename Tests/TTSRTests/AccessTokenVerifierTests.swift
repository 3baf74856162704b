import TestSupport
import Crypto
import StrictJSON
import TextEncoding
import TTSR
import Testing

@Suite("Verifying access tokens")
struct AccessTokenVerifierTests {
    private let verifier = AccessTokenVerifier(issuer: "ttsr")

    private func error(
        _ token: String, _ test: TestService, now: Int64? = nil
    ) async throws -> JSONWebTokenError? {
        do {
            _ = try await verifier.verify(
                token, now: now ?? test.clock.nowSeconds, store: test.store)
            return nil
        } catch let error as JSONWebTokenError {
            return error
        }
    }

    /// A token with claims and a header of the test's own, signed with the service's key.
    private func token(
        _ test: TestService, keyID: String? = nil, _ changes: [JSONMember] = []
    ) async throws -> String {
        let signing = try await SigningKeys(store: test.store).signingKey(clock: test.clock.clock)
        var claims = [
            JSONMember("iss", "ttsr"), JSONMember("aud", "ttsr-api"), JSONMember("sub", "app"),
            JSONMember("client_id", "app"), JSONMember("tenant", "acme"),
            JSONMember("scope", "score:write"),
            JSONMember("iat", .number(JSONNumber(test.clock.nowSeconds))),
            JSONMember("exp", .number(JSONNumber(test.clock.nowSeconds + 60))),
        ]
        for change in changes {
            claims.removeAll { $0.name == change.name }
            claims.append(change)
        }
        return try JSONWebToken.sign(
            claims: .object(claims), key: signing.key, keyID: keyID ?? signing.id)
    }

    @Test("A good token says what it was issued with")
    func good() async throws {
        let test = try TestService()
        let said = try await verifier.verify(
            try await test.token(scopes: [.eventsRead]), now: test.clock.nowSeconds,
            store: test.store)
        #expect(said.clientID == "app")
        #expect(said.tenant == "acme")
        #expect(said.scopes == [.eventsRead])
        #expect(said.issuedAt == test.clock.nowSeconds)
        #expect(said.expiresAt == test.clock.nowSeconds + 3_600)
    }

    @Test("A token is expired in the very second of its expiry, remembered or not")
    func expired() async throws {
        let test = try TestService()
        let start = test.clock.nowSeconds
        let remembered = try await test.token(scopes: [.eventsRead])
        #expect(try await error(remembered, test, now: start + 3_599) == nil)
        #expect(try await error(remembered, test, now: start + 3_600) == .expired)
        let fresh = try await test.token(scopes: [.scoreWrite])
        #expect(try await error(fresh, test, now: start + 3_600) == .expired)
        #expect(try await error(fresh, test, now: start + 3_599) == nil)
    }

    @Test("A remembered token is known by all of its bytes")
    func rememberedExactly() async throws {
        let test = try TestService()
        let token = try await test.token()
        #expect(try await error(token, test) == nil)
        let parts = token.split(separator: ".")
        let swapped = try await test.token(scopes: [.eventsRead]).split(separator: ".")
        #expect(try await error("\(parts[0]).\(swapped[1]).\(parts[2])", test) == .signature)
        #expect(try await error("\(parts[0]).\(parts[1]).", test) == .signature)
        #expect(try await error(token + ".", test) == .malformed)
        #expect(try await error(token + "A", test) != nil)
    }

    @Test("A token of another key, issuer, audience or kind is refused")
    func forged() async throws {
        let test = try TestService()
        let other = try RSAPrivateKey.generate()
        let claims = try await token(test).split(separator: ".")[1]
        let body = try StrictJSON.parse(try #require(Base64.decodeURL(String(claims))))
        let id = try await SigningKeys(store: test.store).signingKey(clock: test.clock.clock).id
        let forged = try JSONWebToken.sign(claims: body, key: other, keyID: id)
        #expect(try await error(forged, test) == .signature)
        let unknown = try JSONWebToken.sign(
            claims: body, key: other, keyID: other.publicKey.thumbprint)
        #expect(try await error(unknown, test) == .unknownKey)
        let issuer = JSONMember("iss", "https://other.example")
        #expect(try await error(token(test, [issuer]), test) == .issuer)
        let audience = JSONMember("aud", "other-api")
        #expect(try await error(token(test, [audience]), test) == .audience)
        let none = Base64.encodeURL(Array(#"{"alg":"none","typ":"at+jwt","kid":"\#(id)"}"#.utf8))
        #expect(try await error("\(none).\(claims).", test) != nil)
        for id in ["private", "../private", String(repeating: "k", count: 65), ""] {
            #expect(try await error(token(test, keyID: id), test) == .unknownKey)
        }
    }

    @Test("A token that lacks a claim of ours, or contradicts itself, is malformed")
    func otherClaims() async throws {
        let test = try TestService()
        for change in [
            JSONMember("tenant", .null), JSONMember("client_id", "other"),
            JSONMember("sub", "other"), JSONMember("scope", 7),
        ] {
            #expect(try await error(token(test, [change]), test) == .malformed)
        }
        let unheard = JSONMember("scope", "score:write admin")
        let said = try await verifier.verify(
            try await token(test, [unheard]), now: test.clock.nowSeconds, store: test.store)
        #expect(said.scopes == [.scoreWrite])
    }
}
