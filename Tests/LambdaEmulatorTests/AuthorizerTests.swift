import HTTPClient
import Locking
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Authorizers")
struct AuthorizerTests {
    /// An API with an authorizer whose function is `auth`, before the function `f`.
    private func emulator(
        _ authorizer: AuthorizerDefinition, kind: APIDefinition.Kind = .http,
        cors: CORSDefinition? = nil, preflightAuthorizer: String? = nil
    ) throws -> TestEmulator {
        let format: RouteDefinition.Format = kind == .http ? .httpAPI : .restAPI
        return try TestEmulator(
            Template(
                functions: ["f", "auth"].map {
                    // Longer than any test puts the clock ahead between two requests for work.
                    FunctionDefinition(
                        name: $0, codeDirectory: "/none", timeoutMs: 900_000, concurrencyMax: 1)
                },
                apis: [
                    APIDefinition(
                        id: "Api", kind: kind, cors: cors, authorizers: [authorizer],
                        preflightAuthorizer: preflightAuthorizer)
                ],
                routes: ["/a", "/b/{id}"].map {
                    RouteDefinition(
                        function: "f", method: "GET", path: $0, format: format, api: "Api",
                        authorizer: "A")
                }))
    }

    private func authorizer(
        _ format: AuthorizerDefinition.Format, isSimple: Bool = false, cacheSeconds: Int = 0,
        sources: [AuthorizerDefinition.IdentitySource] = [.header("Authorization")],
        expression: String? = nil
    ) -> AuthorizerDefinition {
        AuthorizerDefinition(
            name: "A", function: "auth", format: format, hasSimpleAnswers: isSimple,
            identitySources: sources, validationExpression: expression,
            cacheSeconds: cacheSeconds)
    }

    private static func policy(_ effect: String, _ resource: String = "*") -> String {
        #"{"principalId":"p","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"#
            + #""execute-api:Invoke","Effect":"\#(effect)","Resource":"\#(resource)"}]},"#
            + #""context":{"n":1,"s":"x","b":true}}"#
    }

    private func json(_ event: TestInstance.Event) throws -> JSONValue {
        try StrictJSON.parse(
            Array(event.body.utf8), limits: JSONLimits(bytesMax: 65_536, depthMax: 16))
    }

    @Test("payload format 2.0, simple: the event, the function's context, then the answer")
    func simple() async throws {
        let emulator = try emulator(
            authorizer(.request2, isSimple: true, sources: [.header("X-K"), .query("q")]))
        async let response = emulator.call("GET", "/b/c%20d?q=1&q=2", [("x-k", "key")])
        let asked = try await emulator.serve(
            #"{"isAuthorized":true,"context":{"a":{"b":[1]}}}"#)
        let question = try json(asked)
        #expect(question["version"]?.string == "2.0")
        #expect(question["type"]?.string == "REQUEST")
        #expect(
            question["routeArn"]?.string
                == "arn:aws:execute-api:us-east-1:123456789012:Api/$default/GET/b/c%20d")
        #expect(question["identitySource"] == ["key", "1"])
        #expect(question["routeKey"]?.string == "GET /b/{id}")
        #expect(question["pathParameters"]?["id"]?.string == "c d")
        #expect(question["body"] == nil && question["isBase64Encoded"] == nil)
        let called = try await emulator.serve(#"{"statusCode":204}"#)
        #expect(
            try json(called)["requestContext"]?["authorizer"]
                == ["lambda": ["a": ["b": [1]]]])
        #expect(asked.requestID != called.requestID)
        #expect(try await response.status == 204)
    }

    @Test(
        "who is refused, and by whose words",
        arguments: [
            (APIDefinition.Kind.http, #"{"isAuthorized":false}"#, 403, #"{"message":"Forbidden"}"#),
            (.http, #"{"isAuthorized":1}"#, 500, #"{"message":"Internal Server Error"}"#),
            (.http, "nonsense", 500, #"{"message":"Internal Server Error"}"#),
            (
                .rest, policy("Deny"), 403,
                #"{"Message":"User is not authorized to access this resource with an explicit "#
                    + #"deny"}"#
            ),
            (
                .rest, policy("Allow", "arn:aws:execute-api:*/GET/other"), 403,
                #"{"Message":"User is not authorized to access this resource"}"#
            ), (.rest, "{}", 500, #"{"message":null}"#),
            (.rest, #"{"principalId":"p"}"#, 500, #"{"message":null}"#),
        ])
    func refuses(
        kind: APIDefinition.Kind, answer: String, status: Int, body: String
    ) async throws {
        let emulator = try emulator(
            authorizer(kind == .http ? .request2 : .token, isSimple: kind == .http), kind: kind)
        async let response = emulator.call("GET", "/a", [("Authorization", "t")])
        try await emulator.serve(answer)
        let refused = try await response
        #expect(refused.status == status)
        #expect(refused.text == body)
        #expect(refused.field("x-emulator-error")?.hasPrefix("the authorizer A ") == true)
    }

    @Test("TOKEN: the token and the method; values of the context are strings")
    func token() async throws {
        let emulator = try emulator(authorizer(.token), kind: .rest)
        async let response = emulator.call("GET", "/b/1", [("authorization", "Bearer x")])
        let asked = try await emulator.serve(
            Self.policy("Allow", "arn:aws:execute-api:us-east-1:123456789012:Api/Prod/GET/b/*"))
        #expect(
            asked.body == #"{"type":"TOKEN","methodArn":"arn:aws:execute-api:us-east-1:"#
                + #"123456789012:Api/Prod/GET/b/1","authorizationToken":"Bearer x"}"#)
        let called = try await emulator.serve(#"{"statusCode":200}"#)
        #expect(
            try json(called)["requestContext"]?["authorizer"]
                == [
                    "principalId": "p", "n": "1", "s": "x", "b": "true", "integrationLatency": 0,
                ])
        #expect(try await response.status == 200)
    }

    @Test(
        "REQUEST, format 1.0: a REST API's event, and an HTTP API's",
        arguments: [APIDefinition.Kind.rest, .http])
    func request(kind: APIDefinition.Kind) async throws {
        let emulator = try emulator(authorizer(.request), kind: kind)
        async let response = emulator.call("GET", "/a", [("Authorization", "t")])
        let question = try json(try await emulator.serve(Self.policy("Allow")))
        #expect(question["type"]?.string == "REQUEST")
        #expect(question["httpMethod"]?.string == "GET")
        #expect(question["headers"]?["Authorization"]?.string == "t")
        #expect(question["body"] == nil)
        #expect(question["version"]?.string == (kind == .http ? "1.0" : nil))
        #expect(question["authorizationToken"]?.string == (kind == .http ? "t" : nil))
        let called = try json(try await emulator.serve(#"{"statusCode":200}"#))
        if kind == .http {
            #expect(called["requestContext"]?["authorizer"]?["lambda"]?["n"] == 1)
        } else {
            #expect(called["requestContext"]?["authorizer"]?["n"] == "1")
        }
        #expect(try await response.status == 200)
    }

    @Test(
        "a request without its identity is refused unasked",
        arguments: [
            (APIDefinition.Kind.http, [("X", "y")]), (.rest, []), (.rest, [("Authorization", "")]),
            (.rest, [("Authorization", "no token")]),
        ] as [(APIDefinition.Kind, [(String, String)])])
    func lacksIdentity(kind: APIDefinition.Kind, fields: [(String, String)]) async throws {
        let emulator = try emulator(
            authorizer(kind == .http ? .request2 : .token, expression: "[a-z]+"), kind: kind)
        let answer = try await emulator.call("GET", "/a", fields)
        #expect(answer.status == 401)
        #expect(answer.text == #"{"message":"Unauthorized"}"#)
        #expect(emulator.spawner.count.withLock { $0 } == 0)
    }

    @Test(
        "an authorizer that fails is a 500; a REST API's may answer Unauthorized",
        arguments: [
            (APIDefinition.Kind.rest, "Unauthorized", 401), (.rest, "Other", 500),
            (.http, "Unauthorized", 500),
        ])
    func fails(kind: APIDefinition.Kind, message: String, status: Int) async throws {
        let emulator = try emulator(
            authorizer(kind == .http ? .request2 : .token, isSimple: true), kind: kind)
        async let response = emulator.call("GET", "/a", [("Authorization", "t")])
        let instance = try await emulator.instance()
        let event = try await instance.next()
        _ = try await instance.send(
            "POST", "invocation/\(event.requestID)/error",
            body: #"{"errorMessage":"\#(message)"}"#)
        #expect(try await response.status == status)
    }

    @Test("an answer is kept for its time, by the clock that can be put ahead")
    func caches() async throws {
        let emulator = try emulator(authorizer(.token, cacheSeconds: 300), kind: .rest)
        async let first = emulator.call("GET", "/a", [("Authorization", "t")])
        let authorizer = try await emulator.instance()
        let question = try await authorizer.next()
        try await authorizer.respond(question.requestID, Self.policy("Allow", "*/GET/a"))
        let function = try await emulator.instance()
        try await function.respond(function.next().requestID, #"{"statusCode":200}"#)
        #expect(try await first.status == 200)
        // The kept policy is looked at anew: it does not allow the other route.
        #expect(try await emulator.call("GET", "/b/1", [("Authorization", "t")]).status == 403)
        emulator.clock.advance(byMs: 299_999)
        async let second = emulator.call("GET", "/a", [("Authorization", "t")])
        try await function.respond(function.next().requestID, #"{"statusCode":201}"#)
        #expect(try await second.status == 201)
        async let other = emulator.call("GET", "/a", [("Authorization", "u")])
        let foreign = try await authorizer.next()
        #expect(foreign.body.contains(#""authorizationToken":"u""#))
        try await authorizer.respond(foreign.requestID, Self.policy("Deny"))
        #expect(try await other.status == 403)
        emulator.clock.advance(byMs: 1)
        async let late = emulator.call("GET", "/a", [("Authorization", "t")])
        try await authorizer.respond(authorizer.next().requestID, Self.policy("Deny"))
        #expect(try await late.status == 403)
    }

    @Test("a REST API's default authorizer is asked about preflight requests, too")
    func preflight() async throws {
        let emulator = try emulator(
            authorizer(.token), kind: .rest, cors: CORSDefinition(allowOrigins: ["*"]),
            preflightAuthorizer: "A")
        let unknown = try await emulator.call("OPTIONS", "/a")
        #expect(unknown.status == 401)
        async let response = emulator.call("OPTIONS", "/a", [("Authorization", "t")])
        try await emulator.serve(Self.policy("Allow"))
        #expect(try await response.status == 200)
        #expect(try await response.field("Access-Control-Allow-Origin") == "*")
    }

    @Test(
        "wildcards of a policy",
        arguments: [
            ("*", "", true), ("a*c", "abbc", true), ("a*c", "abcb", false), ("a?c", "abc", true),
            ("a?c", "ac", false), ("*a*b*", "xaybz", true), ("*/GET/*", "x/POST/y", false),
            ("a*", "a", true), ("", "a", false), ("**b", "ab", true),
        ])
    func wildcards(pattern: String, text: String, isMatch: Bool) {
        #expect(AuthorizerPolicy.matches(pattern: pattern, text) == isMatch)
    }

    @Test("a denial counts more than a permission, and another action does not count")
    func policies() throws {
        func verdict(_ statements: String) throws -> AuthorizerPolicy.Verdict {
            let document = try StrictJSON.parse(
                Array(#"{"Statement":\#(statements)}"#.utf8),
                limits: JSONLimits(bytesMax: 10_000, depthMax: 8))
            return try AuthorizerPolicy(document).verdict(on: "arn/GET/a")
        }
        let allow = #"{"Effect":"Allow","Action":["execute-api:Invoke"],"Resource":["x","*"]}"#
        let deny = #"{"Effect":"Deny","Action":"execute-api:*","Resource":"arn/GET/*"}"#
        let other = #"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#
        #expect(try verdict("[\(allow)]") == .allowed)
        #expect(try verdict(allow) == .allowed)
        #expect(try verdict("[\(allow),\(deny)]") == .denied(isExplicit: true))
        #expect(try verdict("[\(other)]") == .denied(isExplicit: false))
        #expect(try verdict("[]") == .denied(isExplicit: false))
        for broken in [#""x""#, #"[{"Effect":"Maybe"}]"#, #"[{"Effect":"Allow","Action":1}]"#] {
            #expect(throws: AnswerProblem.self) { try verdict(broken) }
        }
    }
}
