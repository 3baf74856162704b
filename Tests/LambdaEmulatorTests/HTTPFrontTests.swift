import HTTPClient
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("HTTP front")
struct HTTPFrontTests {
    private static let function = FunctionDefinition(name: "f", codeDirectory: "/none")

    private func emulator(
        _ function: FunctionDefinition = function, apis: [APIDefinition] = [],
        extra: [RouteDefinition] = []
    ) throws -> TestEmulator {
        try TestEmulator(
            Template(
                functions: [function], apis: apis,
                routes: [
                    RouteDefinition(function: "f", method: "GET", path: "/a"),
                    RouteDefinition(
                        function: "f", method: "POST", path: "/rest/{id}", format: .restAPI),
                ] + extra))
    }

    @Test("the answer becomes HTTP, and the event is that of the route's kind of API")
    func answers() async throws {
        let emulator = try emulator()
        async let response = emulator.call("GET", "/a?x=1")
        let event = try await emulator.serve(
            #"{"statusCode":418,"headers":{"X-A":"1"},"cookies":["c=1"],"body":"tea"}"#)
        #expect(event.body.contains(#""routeKey":"GET /a""#))
        let answer = try await response
        #expect(answer.status == 418)
        #expect(answer.text == "tea")
        #expect(answer.field("X-A") == "1")
        #expect(answer.field("Set-Cookie") == "c=1")
        #expect(answer.field("apigw-requestid") == event.requestID)
    }

    @Test("what a REST API's event and answer have of their own")
    func answersREST() async throws {
        let emulator = try emulator()
        async let response = emulator.call("POST", "/rest/a%20b/", body: "x")
        let event = try await emulator.serve(#"{"statusCode":200}"#)
        let json = try StrictJSON.parse(
            Array(event.body.utf8), limits: JSONLimits(bytesMax: 65_536, depthMax: 8))
        #expect(json["path"]?.string == "/rest/a%20b/")
        #expect(json["pathParameters"]?["id"]?.string == "a%20b")
        #expect(json["requestContext"]?["path"]?.string == "/Prod/rest/a%20b/")
        #expect(try await response.field("x-amzn-RequestId") == event.requestID)
    }

    @Test(
        "no route: as an HTTP API or a REST API says it, with the methods that there are",
        arguments: [
            (false, "GET", "/b", 404, #"{"message":"Not Found"}"#, "no route has this path"),
            (
                false, "PUT", "/a", 404, #"{"message":"Not Found"}"#,
                "no route has this method; the path has GET"
            ),
            (
                true, "GET", "/rest/1", 403, #"{"message":"Missing Authentication Token"}"#,
                "no route has this method; the path has POST"
            ),
        ])
    func noRoute(
        isREST: Bool, method: String, path: String, status: Int, body: String, why: String
    ) async throws {
        let emulator =
            isREST
            ? try TestEmulator(
                Template(
                    functions: [Self.function],
                    routes: [
                        RouteDefinition(
                            function: "f", method: "POST", path: "/rest/{id}", format: .restAPI)
                    ])) : try emulator()
        let answer = try await emulator.call(method, path)
        #expect(answer.status == status)
        #expect(answer.text == body)
        #expect(answer.field("x-emulator-error") == why)
    }

    @Test("an answer that is none: 500 of an HTTP API, 502 of a REST API, and why")
    func explainsAnswers() async throws {
        let emulator = try emulator()
        async let response = emulator.call("POST", "/rest/1")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        try await instance.respond(event.requestID, #"{"statusCode":200,"body":{}}"#)
        let answer = try await response
        #expect(answer.status == 502)
        #expect(answer.text == #"{"message": "Internal server error"}"#)
        let why =
            "a REST API cannot send on what f answered: body (byte 25): a string (the function has "
            + "to serialize what it holds) was expected, an object was found; RequestId: "
        #expect(answer.field("x-emulator-error") == why + event.requestID)
        async let second = emulator.call("GET", "/a")
        let next = try await instance.next()
        try await instance.respond(next.requestID, #"{"statusCode":0}"#)
        #expect(try await second.status == 500)
        #expect(try await second.text == #"{"message":"Internal Server Error"}"#)
        #expect(
            emulator.server.invocations.first?.result.explanation
                == String(why.dropLast("; RequestId: ".count)), "it is recorded, too")
        #expect(try emulator.stoppedLog().contains(why + event.requestID))
    }

    @Test("a failure of the function is told as the gateway's, and why")
    func failures() async throws {
        let emulator = try emulator()
        async let response = emulator.call("POST", "/rest/1")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        _ = try await instance.send(
            "POST", "invocation/\(event.requestID)/error",
            fields: [HTTPField("Lambda-Runtime-Function-Error-Type", "Function.Broken")],
            body: "{}")
        let answer = try await response
        #expect(answer.status == 502)
        #expect(
            answer.field("x-emulator-error")
                == "f failed with Function.Broken; RequestId: \(event.requestID)")
    }

    @Test(
        "an API waits no longer than its timeout, while the function runs on",
        arguments: [
            ("GET", "/a", 30_000, 503, #"{"message":"Service Unavailable"}"#),
            ("POST", "/rest/1", 29_000, 504, #"{"message": "Endpoint request timed out"}"#),
            ("GET", "/slow", 100, 503, #"{"message":"Service Unavailable"}"#),
        ])
    func timesOut(
        method: String, path: String, timeoutMs: Int, status: Int, body: String
    ) async throws {
        let patient = FunctionDefinition(name: "f", codeDirectory: "/none", timeoutMs: 60_000)
        let emulator = try emulator(
            patient,
            extra: [
                RouteDefinition(function: "f", method: "GET", path: "/slow", timeoutMs: 100)
            ])
        async let response = emulator.call(method, path)
        let instance = try await emulator.instance()
        let event = try await instance.next()
        emulator.clock.advance(byMs: Int64(timeoutMs) - 1)
        emulator.server.clockChanged()
        emulator.clock.advance(byMs: 1)
        emulator.server.clockChanged()
        let answer = try await response
        #expect(answer.status == status)
        #expect(answer.text == body)
        #expect(answer.field("x-emulator-error")?.contains("which may run on") == true)
        #expect(try await instance.respond(event.requestID, "1").status == 202)
    }

    @Test("a function that takes longer than it may has failed, as on AWS")
    func functionTimesOut() async throws {
        let emulator = try emulator()
        async let response = emulator.call("POST", "/rest/1")
        let instance = try await emulator.instance()
        _ = try await instance.next()
        emulator.clock.advance(byMs: 3_000)
        emulator.server.clockChanged()
        let answer = try await response
        #expect(answer.status == 502)
        #expect(
            answer.field("x-emulator-error")?.hasPrefix("f failed with Sandbox.Timedout") == true)
    }

    @Test("a function without room is 429, and says so")
    func throttles() async throws {
        let emulator = try emulator(
            FunctionDefinition(name: "f", codeDirectory: "/none", concurrencyMax: 0))
        let answer = try await emulator.call("GET", "/a")
        #expect(answer.status == 429)
        #expect(answer.text == #"{"message":"Too Many Requests"}"#)
        #expect(answer.field("x-emulator-error")?.hasPrefix("all instances of f are busy") == true)
    }

    @Test("more than a function takes is 413, in the words of the API")
    func tooLarge() async throws {
        let emulator = try emulator()
        let body = String(repeating: "a", count: 6_291_456)
        let rest = try await emulator.call("POST", "/rest/1", body: body)
        #expect(rest.status == 413)
        #expect(rest.text == #"{"message":"Request Too Long"}"#)
        #expect(rest.field("x-emulator-error")?.contains("AWS Lambda takes 6291456") == true)
        let client = try emulator.client()
        client.send(
            "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                + "Content-Length: 10485761\r\n\r\n")
        let unread = client.readToEnd()
        #expect(unread.hasPrefix("HTTP/1.1 413"))
        #expect(unread.hasSuffix(#"{"message":"Request Entity Too Large"}"#))
    }

    @Test("a HEAD request is answered without the body; an answer that has none has no length")
    func bytesOnTheWire() async throws {
        let emulator = try emulator(
            extra: [RouteDefinition(function: "f", method: "ANY", path: "/any")])
        let client = try emulator.client()
        client.send("HEAD /any HTTP/1.1\r\nHost: h\r\n\r\n")
        let instance = try await emulator.instance()
        let head = try await instance.next()
        try await instance.respond(head.requestID, #"{"statusCode":200,"body":"12345"}"#)
        let answer = client.readResponse(withoutBody: true)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.contains("Content-Length: 5\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
        client.send("DELETE /any HTTP/1.1\r\nHost: h\r\n\r\n")
        let deleted = try await instance.next()
        try await instance.respond(deleted.requestID, #"{"statusCode":204}"#)
        let empty = client.readResponse(withoutBody: true)
        #expect(empty.hasPrefix("HTTP/1.1 204 No Content\r\n"))
        #expect(!empty.contains("Content-Length: 1"))
        client.send("GET /any HTTP/1.1\r\nHost: h\r\n\r\n")
        let last = try await instance.next()
        try await instance.respond(last.requestID, #"{"statusCode":200,"body":"end"}"#)
        #expect(client.readResponse().hasSuffix("\r\n\r\nend"), "the connection is kept")
    }

    @Test("an API that is named by host or path is served alone, with its stage in the path")
    func addresses() async throws {
        let emulator = try TestEmulator(
            Template(
                functions: [Self.function],
                apis: [APIDefinition(id: "Web", kind: .http, stage: "dev")],
                routes: [
                    RouteDefinition(function: "f", method: "GET", path: "/a", api: "Web"),
                    RouteDefinition(
                        function: "f", method: "GET", path: "/a", format: .restAPI),
                    RouteDefinition(
                        function: "f", method: "GET", path: "/execute-api/{x}/y", api: "Web"),
                ]))
        let calls: [(path: String, host: String, rawPath: String?)] = [
            ("/a", "localhost", "/dev/a"), ("/dev/a", "web.execute-api.localhost", "/dev/a"),
            ("/execute-api/Web/dev/a", "localhost", "/dev/a"),
            ("/execute-api/serverlessrestapi/Prod/a", "127.0.0.1", nil),
            ("/execute-api/nope/y", "localhost", "/dev/execute-api/nope/y"),
        ]
        var instance: TestInstance?
        for (path, host, rawPath) in calls {
            async let response = emulator.call("GET", path, [("Host", host)])
            if instance == nil { instance = try await emulator.instance() }
            let event = try #require(try await instance?.next())
            let json = try StrictJSON.parse(Array(event.body.utf8))
            #expect(json["rawPath"]?.string == rawPath)
            #expect(json["path"]?.string == (rawPath == nil ? "/a" : nil))
            try await instance?.respond(event.requestID, #"{"statusCode":200}"#)
            #expect(try await response.status == 200)
        }
        for (path, host, status) in [
            ("/a", "web.execute-api.localhost", 404), ("/deva", "web.execute-api.localhost", 404),
            ("/x/a", "ServerlessRestApi.execute-api.localhost", 403),
            ("/dev/a", "nope.execute-api.localhost", 403),
        ] {
            let answer = try await emulator.call("GET", path, [("Host", host)])
            #expect(answer.status == status, "\(host)\(path)")
        }
        let address = "Web: http://Web.execute-api.localhost:\(emulator.port)/dev/"
        #expect(try emulator.stoppedLog().contains(address))
    }

    @Test("fields of more than 10 KB are warned of, once for a function")
    func warnsOfFields() async throws {
        let emulator = try emulator()
        let long = String(repeating: "a", count: 10_240)
        async let first = emulator.call("GET", "/a", [("X-Long", long)])
        let instance = try await emulator.instance()
        try await instance.respond(instance.next().requestID, #"{"statusCode":200}"#)
        #expect(try await first.status == 200)
        async let second = emulator.call("GET", "/a", [("X-Long", long)])
        try await instance.respond(
            instance.next().requestID, #"{"statusCode":200,"headers":{"X-Long":"\#(long)"}}"#)
        #expect(try await second.status == 200)
        let log = try emulator.stoppedLog()
        #expect(log.split(separator: "a request's header fields are larger").count == 2)
        #expect(log.contains("f: warning: its answer's header fields are larger than 10 KB"))
    }

    @Test("bodies come whole: in chunks, after 100 Continue; fields may come twice")
    func requestsOnTheWire() async throws {
        let emulator = try emulator(
            extra: [RouteDefinition(function: "f", method: "POST", path: "/any")])
        let client = try emulator.client()
        client.send(
            "POST /any HTTP/1.1\r\nHost: h\r\nX-Twice: 1\r\nx-twice: 2\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        let instance = try await emulator.instance()
        let chunked = try await instance.next()
        #expect(chunked.body.contains(#""body":"abcde""#))
        #expect(chunked.body.contains(#""x-twice":"1,2""#))
        #expect(chunked.body.contains(#""content-length":"5""#))
        try await instance.respond(chunked.requestID, #"{"statusCode":200,"body":"1"}"#)
        #expect(client.readResponse().hasSuffix("\r\n\r\n1"))
        client.send(
            "POST /any HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        #expect(client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 Continue"))
        client.send("hi")
        let continued = try await instance.next()
        #expect(continued.body.contains(#""body":"hi""#))
        #expect(!continued.body.contains("100-continue"))
        try await instance.respond(continued.requestID, #"{"statusCode":200,"body":"2"}"#)
        #expect(client.read(until: "\r\n\r\n2").hasPrefix("HTTP/1.1 200"))
    }

    @Test("a host of its own has any path, even one that is the emulator's elsewhere")
    func hostsComeFirst() async throws {
        let emulator = try TestEmulator(
            Template(
                functions: [Self.function],
                functionURLs: [FunctionURLDefinition(function: "f")]))
        async let response = emulator.call(
            "GET", "/_emulator/health", [("Host", "f.lambda-url.localhost")])
        #expect(try await emulator.serve("1").body.contains(#""rawPath":"/_emulator/health""#))
        #expect(try await response.text == "1")
    }
}
