import Crypto
import StrictJSON
import Testing
import TextEncoding

@Suite("Access tokens")
struct JSONWebTokenTests {
    private func verify(
        _ token: String, now: Int64 = TokenForge.now, audience: String = TokenForge.audience
    ) throws -> JSONValue {
        let publicKey = try TestKeys.first.get().publicKey
        return try JSONWebToken.verify(
            token, issuer: TokenForge.issuer, audience: audience, now: now
        ) { $0 == "k1" ? publicKey : nil }
    }

    private func forge() throws -> TokenForge {
        TokenForge(key: try TestKeys.first.get())
    }

    @Test("a signed token verifies and gives its claims back")
    func roundTrip() throws {
        let claims = try StrictJSON.parse(Array(TokenForge.claims.utf8))
        let token = try JSONWebToken.sign(
            claims: claims, key: try TestKeys.first.get(), keyID: "k1")
        #expect(try verify(token) == claims)
        #expect(try forge().token() == token)
    }

    @Test("the header is that of RFC 9068")
    func header() throws {
        let token = try JSONWebToken.sign(
            claims: [:], key: try TestKeys.first.get(), keyID: "k\"1")
        let header = try #require(
            Base64.decodeURL(String(token.prefix { $0 != "." })))
        #expect(
            String(decoding: header, as: UTF8.self)
                == #"{"alg":"RS256","kid":"k\"1","typ":"at+jwt"}"#)
    }

    @Test("the audience may be one of several")
    func severalAudiences() throws {
        let token = try forge().token(
            claims: TokenForge.claims(["aud": #"["other","ttsr"]"#]))
        #expect(throws: Never.self) { try verify(token) }
        #expect(throws: JSONWebTokenError.audience) { try verify(token, audience: "third") }
    }

    @Test("nbf may be absent, and members of the header that are not understood do no harm")
    func optionalMembers() throws {
        let withoutBegin = try forge().token(claims: TokenForge.claims(["nbf": ""]))
        #expect(throws: Never.self) { try verify(withoutBegin) }
        let more = try forge().token(
            header: #"{"alg":"RS256","kid":"k1","typ":"at+jwt","jku":"https://evil.test","x":1}"#)
        #expect(throws: Never.self) { try verify(more) }
    }

    @Test("a token is valid from its first second to the one before its expiry")
    func boundaries() throws {
        let now = TokenForge.now
        let token = try forge().token(
            claims: TokenForge.claims([
                "exp": "\(now + 5)", "iat": "\(now)", "nbf": "\(now + 1)",
            ]))
        #expect(throws: JSONWebTokenError.notYetValid) { try verify(token, now: now - 1) }
        #expect(throws: JSONWebTokenError.notYetValid) { try verify(token, now: now) }
        #expect(throws: Never.self) { try verify(token, now: now + 1) }
        #expect(throws: Never.self) { try verify(token, now: now + 4) }
        #expect(throws: JSONWebTokenError.expired) { try verify(token, now: now + 5) }
    }

    @Test("what the look-up of keys throws reaches the caller")
    func lookUpFails() throws {
        struct Unavailable: Error {}
        let token = try forge().token()
        #expect(throws: Unavailable.self) {
            try JSONWebToken.verify(
                token, issuer: TokenForge.issuer, audience: TokenForge.audience,
                now: TokenForge.now
            ) { _ in throw Unavailable() }
        }
    }

    typealias Refusal = (
        name: String, make: @Sendable (TokenForge) throws -> String, error: JSONWebTokenError
    )

    private static func withHeader(
        _ name: String, _ header: String, _ error: JSONWebTokenError
    ) -> Refusal {
        (name, { try $0.token(header: header) }, error)
    }

    private static func withClaim(
        _ name: String, _ value: String, _ error: JSONWebTokenError
    ) -> Refusal {
        ("\(name) is \(value)", { try $0.token(claims: TokenForge.claims([name: value])) }, error)
    }

    static let headers: [Refusal] = [
        withHeader("none", #"{"alg":"none","kid":"k1","typ":"at+jwt"}"#, .algorithm),
        withHeader("None", #"{"alg":"None","kid":"k1","typ":"at+jwt"}"#, .algorithm),
        withHeader("NONE", #"{"alg":"NONE","kid":"k1","typ":"at+jwt"}"#, .algorithm),
        withHeader("rs256", #"{"alg":"rs256","kid":"k1","typ":"at+jwt"}"#, .algorithm),
        withHeader("HS256", #"{"alg":"HS256","kid":"k1","typ":"at+jwt"}"#, .algorithm),
        withHeader("PS256", #"{"alg":"PS256","kid":"k1","typ":"at+jwt"}"#, .algorithm),
        withHeader("RS512", #"{"alg":"RS512","kid":"k1","typ":"at+jwt"}"#, .algorithm),
        withHeader("empty alg", #"{"alg":"","kid":"k1","typ":"at+jwt"}"#, .algorithm),
        withHeader(
            "alg of wrong type", #"{"alg":["RS256"],"kid":"k1","typ":"at+jwt"}"#, .algorithm),
        withHeader("no alg", #"{"kid":"k1","typ":"at+jwt"}"#, .algorithm),
        withHeader("typ JWT", #"{"alg":"RS256","kid":"k1","typ":"JWT"}"#, .type),
        withHeader("typ in capitals", #"{"alg":"RS256","kid":"k1","typ":"AT+JWT"}"#, .type),
        withHeader("no typ", #"{"alg":"RS256","kid":"k1"}"#, .type),
        withHeader("typ null", #"{"alg":"RS256","kid":"k1","typ":null}"#, .type),
        withHeader("unknown kid", #"{"alg":"RS256","kid":"k2","typ":"at+jwt"}"#, .unknownKey),
        withHeader("odd kid", #"{"alg":"RS256","kid":"../k1","typ":"at+jwt"}"#, .unknownKey),
        withHeader("empty kid", #"{"alg":"RS256","kid":"","typ":"at+jwt"}"#, .unknownKey),
        withHeader("kid a number", #"{"alg":"RS256","kid":1,"typ":"at+jwt"}"#, .unknownKey),
        withHeader("no kid", #"{"alg":"RS256","typ":"at+jwt"}"#, .unknownKey),
        withHeader(
            "crit", #"{"alg":"RS256","kid":"k1","typ":"at+jwt","crit":["x"],"x":1}"#, .malformed),
        withHeader(
            "two alg", #"{"alg":"RS256","alg":"none","kid":"k1","typ":"at+jwt"}"#, .malformed),
        withHeader("header an array", #"["RS256"]"#, .malformed),
        withHeader("header no JSON", "alg=RS256", .malformed),
        withHeader("header empty", "", .malformed),
    ]

    static let shapes: [Refusal] = [
        ("empty", { _ in "" }, .malformed),
        ("two dots", { _ in ".." }, .malformed),
        ("one part", { try String($0.token().prefix { $0 != "." }) }, .malformed),
        ("no signature part", { String(try $0.token().dropLast(343)) }, .malformed),
        ("fourth part", { try $0.token() + ".e30" }, .malformed),
        ("trailing dot", { try $0.token() + "." }, .malformed),
        ("leading space", { try " " + $0.token() }, .malformed),
        ("trailing line feed", { try $0.token() + "\n" }, .malformed),
        ("padded signature", { try $0.token() + "==" }, .malformed),
        ("padded header", { try $0.signed("eyJhbGciOiJSUzI1NiJ9==.e30") }, .malformed),
        ("standard alphabet", { try $0.signed("ey+/.e30") }, .malformed),
        ("empty signature", { String(try $0.token().dropLast(342)) }, .signature),
        ("truncated signature", { String(try $0.token().dropLast(5)) }, .malformed),
        (
            "signature bits that carry nothing", { String(try $0.token().dropLast()) + "_" },
            .malformed
        ),
        (
            "oversized",
            {
                let filler = String(repeating: "x", count: 4_096)
                return try $0.token(claims: TokenForge.claims(adding: #","x":"\#(filler)""#))
            }, .malformed
        ),
    ]

    static let signatures: [Refusal] = [
        (
            "claims exchanged",
            { forge in
                let parts = try forge.token().split(separator: ".")
                let other = Base64.encodeURL(Array(TokenForge.claims(["sub": "\"root\""]).utf8))
                return "\(parts[0]).\(other).\(parts[2])"
            }, .signature
        ),
        (
            "header extended",
            { forge in
                let parts = try forge.token().split(separator: ".")
                let other = Base64.encodeURL(
                    Array(#"{"alg":"RS256","kid":"k1","typ":"at+jwt","x":1}"#.utf8))
                return "\(other).\(parts[1]).\(parts[2])"
            }, .signature
        ),
        (
            "signed by another key",
            { _ in try TokenForge(key: try TestKeys.second.get()).token() }, .signature
        ),
        (
            "HMAC under the public key",
            { forge in
                let input = String(try forge.token().dropLast(343))
                let code = HMACSHA256.authenticate(
                    Array(input.utf8), key: forge.key.publicKey.modulus)
                return input + "." + Base64.encodeURL(code)
            }, .signature
        ),
        (
            "signature of zeros",
            { String(try $0.token().dropLast(342)) + String(repeating: "A", count: 342) },
            .signature
        ),
    ]

    static let claims: [Refusal] = [
        withClaim("iss", "\"https://other.test\"", .issuer),
        withClaim("iss", "\"https://issuer.test/\"", .issuer),
        withClaim("iss", "", .issuer), withClaim("iss", "7", .issuer),
        withClaim("aud", "\"other\"", .audience), withClaim("aud", "\"TTSR\"", .audience),
        withClaim("aud", "", .audience), withClaim("aud", "[]", .audience),
        withClaim("aud", "{\"ttsr\":1}", .audience), withClaim("aud", "[\"ttsr\",1]", .malformed),
        withClaim("exp", "\(TokenForge.now)", .expired),
        withClaim("exp", "\(TokenForge.now - 1)", .expired),
        withClaim("exp", "", .malformed), withClaim("exp", "null", .malformed),
        withClaim("exp", "\"\(TokenForge.now + 600)\"", .malformed),
        withClaim("exp", "\(TokenForge.now + 600).5", .malformed),
        withClaim("exp", "2e9", .malformed),
        withClaim("exp", "99999999999999999999", .malformed),
        withClaim("iat", "", .malformed), withClaim("iat", "true", .malformed),
        withClaim("iat", "\(TokenForge.now + 1)", .notYetValid),
        withClaim("iat", "\(TokenForge.now + 601)", .malformed),
        withClaim("nbf", "\(TokenForge.now + 1)", .notYetValid),
        withClaim("nbf", "\"0\"", .malformed),
        (
            "two sub",
            { try $0.token(claims: TokenForge.claims(adding: #","sub":"root""#)) }, .malformed
        ),
        ("claims an array", { try $0.token(claims: "[]") }, .malformed),
        ("claims a string", { try $0.token(claims: "\"x\"") }, .malformed),
        ("claims empty", { try $0.token(claims: "") }, .malformed),
    ]

    @Test(
        "a token with one fault is refused for that fault",
        arguments: (headers + shapes + signatures + claims).indices)
    func refuses(index: Int) throws {
        let refusal = (Self.headers + Self.shapes + Self.signatures + Self.claims)[index]
        let token = try refusal.make(try forge())
        #expect(throws: refusal.error, "\(refusal.name)") { try verify(token) }
    }

    @Test("no single flipped bit of a token leaves it valid")
    func flippedBits() throws {
        let token = Array(try forge().token().utf8)
        for position in stride(from: 0, to: token.count, by: 3) {
            var changed = token
            changed[position] ^= 1 << UInt8(position % 7)
            let text = String(decoding: changed, as: UTF8.self)
            #expect(throws: JSONWebTokenError.self, "byte \(position)") { try verify(text) }
        }
    }
}
