import Crypto
import TextEncoding
import TTSR
import Testing

@Suite("Token requests")
struct TokenRequestTests {
    private func read(_ form: String, _ authorization: String? = nil) throws -> TokenRequest {
        try TokenRequest(body: Array(form.utf8), authorization: authorization)
    }

    private func basic(_ credentials: String) -> String {
        "Basic " + Base64.encode(Array(credentials.utf8))
    }

    private let grant = "grant_type=client_credentials"

    @Test("Credentials in the form are decoded: percent signs, plus signs, UTF-8")
    func decodedForm() throws {
        let request = try read(
            "grant_type=client%5Fcredentials&client_id=demo-app&client_secret=a%2Bb+%26%3d%C3%A9"
                + "&scope=score%3Awrite+events:read")
        #expect(request.clientID == "demo-app")
        #expect(request.clientSecret == "a+b &=é")
        #expect(request.scope == "score:write events:read")
        #expect(!request.usedHeader)
    }

    @Test("Credentials in a Basic header are decoded in halves; the secret may hold a colon")
    func decodedHeader() throws {
        let request = try read(grant, basic("demo%2Dapp:a%3Ab:c+d"))
        #expect(request.clientID == "demo-app")
        #expect(request.clientSecret == "a:b:c d")
        #expect(request.scope == nil)
        #expect(request.usedHeader)
        let named = try read(grant + "&client_id=demo-app", basic("demo-app:s"))
        #expect(named.clientSecret == "s")
        let lower = "basic" + basic("demo-app:s").dropFirst(5)
        #expect(try read(grant, lower).clientSecret == "s")
    }

    @Test("A request shows its secret to nobody")
    func hiddenSecret() throws {
        let request = try read(grant + "&client_id=app&client_secret=hunter2")
        #expect("\(request)" == "TokenRequest(app)")
    }

    @Test("Unknown parameters are ignored, and one without a value counts as left out")
    func ignoredParameters() throws {
        let request = try read(
            grant + "&client_id=a&client_secret=s&audience=x&resource=y&scope=&&")
        #expect(request.scope == nil)
        let header = try read(grant + "&client_secret=&client_id=", basic("a:s"))
        #expect(header.usedHeader)
    }

    @Test(
        "A form that cannot be read, or says a thing twice, is an invalid request",
        arguments: [
            "", "grant_type", "client_id=a&client_secret=s", "grant_type=&client_id=a",
            "grant_type=client_credentials&grant_type=client_credentials",
            "grant_type=client_credentials&scope=a&scope=a",
            "grant_type=client_credentials&x=1&x=2",
            "grant_type=client_credentials&scope=%", "grant_type=client_credentials&scope=%4",
            "grant_type=client_credentials&scope=%zz", "grant_type=client_credentials&scope=%+1",
            "grant_type=client_credentials&scope=%ff",
            "grant_type=client_credentials&scope=" + String(repeating: "a", count: 8_192),
        ])
    func invalidRequest(form: String) {
        #expect(throws: TokenError.invalidRequest) { try read(form) }
    }

    @Test("Credentials in the header and in the form at once are an invalid request")
    func twoWays() {
        #expect(throws: TokenError.invalidRequest) {
            try read(grant + "&client_id=a&client_secret=s", basic("a:s"))
        }
        #expect(throws: TokenError.invalidRequest) {
            try read(grant + "&client_id=b", basic("a:s"))
        }
    }

    @Test("Another grant is not supported", arguments: ["password", "refresh_token", "x"])
    func otherGrant(grant: String) {
        #expect(throws: TokenError.unsupportedGrantType) {
            try read("grant_type=\(grant)&client_id=a&client_secret=s")
        }
    }

    @Test("Missing or impossible credentials are an invalid client")
    func invalidClient() {
        for form in [
            grant, grant + "&client_id=a", grant + "&client_secret=s",
            grant + "&client_id=a%2Fb&client_secret=s",
            grant + "&client_id=\(String(repeating: "a", count: 65))&client_secret=s",
        ] {
            #expect(throws: TokenError.invalidClient(usedHeader: false)) { try read(form) }
        }
        for field in [
            "", "Basic", "Basic !!!", "Bearer abc", basic("no-colon"), basic("a/b:s"), basic(":s"),
            basic("a:%zz"), basic("a:s") + " x", "Basic YTpz=",
            basic("a:" + String(repeating: "s", count: 8_192)),
        ] {
            #expect(throws: TokenError.invalidClient(usedHeader: true), "\(field.prefix(20))") {
                try read(grant, field)
            }
        }
    }
}
