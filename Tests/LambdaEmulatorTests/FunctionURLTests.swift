import HTTPClient
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Function URLs and streamed answers")
struct FunctionURLTests {
    private func emulator(isStreamed: Bool, cors: CORSDefinition? = nil) throws -> TestEmulator {
        try TestEmulator(
            Template(
                functions: [
                    FunctionDefinition(name: "F_1", codeDirectory: "/none", timeoutMs: 3_000)
                ],
                routes: [
                    RouteDefinition(
                        function: "F_1", method: "GET", path: "/stream", format: .restAPI,
                        isStreamed: true),
                    RouteDefinition(function: "F_1", method: "GET", path: "/whole"),
                ],
                functionURLs: [
                    FunctionURLDefinition(function: "F_1", cors: cors, isStreamed: isStreamed)
                ]))
    }

    private static let prelude =
        #"{"statusCode":201,"headers":{"X-A":"1"},"cookies":["a=1","b=2"]}"#
        + String(repeating: "\0", count: 8)

    @Test("a URL is reached by its host and by a path, and told of at the start")
    func reaches() async throws {
        let emulator = try emulator(isStreamed: false)
        async let byHost = emulator.call(
            "GET", "/x%2Fy?a=1", [("Host", "f_1.lambda-url.localhost:1")])
        let instance = try await emulator.instance()
        let first = try await instance.next()
        let event = try StrictJSON.parse(Array(first.body.utf8))
        #expect(event["rawPath"]?.string == "/x%2Fy")
        #expect(event["requestContext"]?["accountId"]?.string == "anonymous")
        #expect(
            event["requestContext"]?["domainName"]?.string == "f_1.lambda-url.localhost")
        try await instance.respond(first.requestID, #"{"statusCode":202,"body":"b"}"#)
        let answer = try await byHost
        #expect(answer.status == 202)
        #expect(answer.field("content-type") == "application/json")
        #expect(answer.field("x-amzn-RequestId") == first.requestID)
        async let byPath = emulator.call("GET", "/lambda-url/F_1")
        let second = try await instance.next()
        #expect(second.body.contains(#""rawPath":"/""#))
        try await instance.respond(second.requestID, "{}")
        #expect(try await byPath.text == "{}")
        let unknown = try await emulator.call("GET", "/", [("Host", "g.lambda-url.localhost")])
        #expect(unknown.status == 403)
        #expect(unknown.text == #"{"Message":null}"#)
        #expect(unknown.field("x-amzn-ErrorType") == "AccessDeniedException")
        let address = "F_1: http://F_1.lambda-url.localhost:\(emulator.port)/"
        #expect(try emulator.stoppedLog().contains(address))
    }

    @Test("a failure behind a URL is a 502 in plain text, and why")
    func fails() async throws {
        let emulator = try emulator(isStreamed: false)
        async let response = emulator.call("GET", "/lambda-url/F_1/")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        _ = try await instance.send("POST", "invocation/\(event.requestID)/error", body: "{}")
        let answer = try await response
        #expect(answer.status == 502)
        #expect(answer.text == "Internal Server Error")
        #expect(answer.field("x-emulator-error")?.hasPrefix("F_1 failed with ") == true)
    }

    @Test("pieces behind a prelude reach the client while the function makes them")
    func streams() async throws {
        let emulator = try emulator(isStreamed: true)
        for path in ["/lambda-url/F_1/", "/stream"] {
            let client = try emulator.client()
            client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let instance = try await emulator.instance()
            let event = try await instance.next()
            let answer = try StreamedResponse(instance, event.requestID)
            answer.send(String(Self.prelude.prefix(20)))
            answer.send(Self.prelude.dropFirst(20) + "<p>")
            let head = client.read(until: "<p>")
            #expect(head.hasPrefix("HTTP/1.1 201 Created\r\n"))
            for field in ["X-A: 1", "set-cookie: a=1", "set-cookie: b=2"] {
                #expect(head.contains(field + "\r\n"))
            }
            #expect(head.contains("Transfer-Encoding: chunked\r\n"))
            answer.send("one")
            #expect(client.read(until: "one") == "\r\n3\r\none")
            #expect(answer.end() == "202")
            #expect(client.read(until: "0\r\n\r\n") == "\r\n0\r\n\r\n")
            instance.end(.status(0))
        }
    }

    @Test("without a prelude a URL sends on what comes, with its type")
    func streamsRaw() async throws {
        let emulator = try emulator(isStreamed: true)
        async let response = emulator.call("GET", "/lambda-url/F_1/")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        let answer = try StreamedResponse(instance, event.requestID, type: "text/x-test")
        answer.send("one")
        answer.end()
        #expect(try await response.text == "one")
        #expect(try await response.field("content-type") == "text/x-test")
    }

    @Test("a whole answer is not looked into by a streaming URL, and is none for a REST API")
    func wholeAnswers() async throws {
        let emulator = try emulator(isStreamed: true)
        async let response = emulator.call("GET", "/lambda-url/F_1/")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        try await instance.respond(event.requestID, #"{"statusCode":418}"#)
        #expect(try await response.status == 200)
        #expect(try await response.text == #"{"statusCode":418}"#)
        async let rest = emulator.call("GET", "/stream")
        let second = try await instance.next()
        try await instance.respond(second.requestID, #"{"statusCode":418}"#)
        #expect(try await rest.status == 502)
        #expect(
            try await rest.field("x-emulator-error")?.hasPrefix(
                "a REST API cannot send on what F_1 answered: it is to be streamed") == true)
    }

    @Test("a streamed answer to a caller who waits for all of it is put together")
    func putsTogether() async throws {
        let emulator = try emulator(isStreamed: false)
        for path in ["/whole", "/lambda-url/F_1/"] {
            async let response = emulator.call("GET", path)
            let instance = try await emulator.instance()
            let event = try await instance.next()
            let answer = try StreamedResponse(instance, event.requestID)
            answer.send(Self.prelude + "o")
            answer.send("ne")
            answer.end()
            let whole = try await response
            #expect(whole.status == 201)
            #expect(whole.field("X-A") == "1")
            #expect(whole.text == "one")
            instance.end(.status(0))
        }
    }

    @Test(
        "a bad prelude is a 502 with its reason",
        arguments: [
            (
                #"{"statusCode":"x"}"# + String(repeating: "\0", count: 8) + "body",
                "statusCode (byte 14): a whole number from 200 to 599 was expected, "
                    + "a string was found"
            ), ("{}", "8 NULs were expected behind its prelude, within 2 bytes are none"),
        ])
    func badPrelude(text: String, why: String) async throws {
        let emulator = try emulator(isStreamed: true)
        async let response = emulator.call("GET", "/lambda-url/F_1/")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        let answer = try StreamedResponse(instance, event.requestID)
        answer.send(text)
        #expect(answer.end() == "202")
        #expect(try await response.status == 502)
        #expect(
            try await response.field("x-emulator-error")
                == "a function URL cannot send on what F_1 answered: \(why); "
                + "RequestId: \(event.requestID)")
    }

    @Test("an error before the prelude's end is a 502; after it the connection breaks, and why")
    func errorsMidway() async throws {
        let emulator = try emulator(isStreamed: true)
        async let early = emulator.call("GET", "/lambda-url/F_1/")
        let instance = try await emulator.instance()
        let first = try await instance.next()
        let broken = try StreamedResponse(instance, first.requestID)
        broken.send("{")
        broken.end("Lambda-Runtime-Function-Error-Type: Function.Broken\r\n")
        #expect(try await early.status == 502)
        let client = try emulator.client()
        client.send("GET /lambda-url/F_1/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let second = try await instance.next()
        let answer = try StreamedResponse(instance, second.requestID)
        answer.send(Self.prelude + "half")
        _ = client.read(until: "half")
        answer.end("Lambda-Runtime-Function-Error-Type: Function.Broken\r\n")
        let rest = client.readToEnd()
        #expect(!rest.contains("0\r\n\r\n"), "the body has no end")
        #expect(
            try emulator.stoppedLog().contains(
                "F_1 failed with Function.Broken after it had begun to answer: the connection was "
                    + "closed before the answer's end; RequestId: \(second.requestID)"))
    }

    @Test("a timeout in the middle of an answer breaks the connection")
    func timesOutMidway() async throws {
        let emulator = try emulator(isStreamed: true)
        let client = try emulator.client()
        client.send("GET /lambda-url/F_1/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        let answer = try StreamedResponse(instance, event.requestID)
        answer.send(Self.prelude + "half")
        _ = client.read(until: "half")
        emulator.clock.advance(byMs: 3_000)
        emulator.server.clockChanged()
        #expect(!client.readToEnd().contains("0\r\n\r\n"))
    }

    @Test("a URL answers preflight requests itself, and its fields go before the function's")
    func cors() async throws {
        let emulator = try emulator(
            isStreamed: false,
            cors: CORSDefinition(
                allowOrigins: ["https://a.example"], allowMethods: ["GET", "POST"],
                allowHeaders: ["X-A"], exposeHeaders: ["X-B"], maxAgeSeconds: 5,
                allowsCredentials: true))
        let preflight = try await emulator.call(
            "OPTIONS", "/lambda-url/F_1/",
            [("Origin", "https://a.example"), ("Access-Control-Request-Method", "GET")])
        #expect(preflight.status == 200)
        #expect(preflight.field("access-control-allow-origin") == "https://a.example")
        #expect(preflight.field("access-control-allow-methods") == "GET,POST")
        #expect(preflight.field("access-control-allow-headers") == "X-A")
        #expect(preflight.field("access-control-max-age") == "5")
        #expect(preflight.field("access-control-allow-credentials") == "true")
        async let response = emulator.call(
            "GET", "/lambda-url/F_1/", [("Origin", "https://a.example")])
        try await emulator.serve(
            #"{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"*"}}"#)
        let answer = try await response
        #expect(
            answer.fields.filter { $0.name.lowercased() == "access-control-allow-origin" }
                .map(\.value) == ["https://a.example"])
        #expect(answer.field("access-control-expose-headers") == "X-B")
    }

    @Test("a client that goes away does not hold up the function")
    func clientGoesAway() async throws {
        let emulator = try emulator(isStreamed: true)
        var client: RawConnection? = try emulator.client()
        client?.send("GET /lambda-url/F_1/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        let answer = try StreamedResponse(instance, event.requestID)
        answer.send(Self.prelude + "begun")
        _ = client?.read(until: "begun")
        client = nil
        let piece = String(repeating: "x", count: 65_536)
        for _ in 0..<64 { answer.send(piece) }
        #expect(answer.end() == "202")
        #expect(emulator.server.invocations.first?.result.failure == nil)
    }

    @Test("a HEAD request gets the head of a streamed answer")
    func head() async throws {
        let emulator = try emulator(isStreamed: true)
        let client = try emulator.client()
        client.send("HEAD /lambda-url/F_1/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        let answer = try StreamedResponse(instance, event.requestID)
        answer.send(Self.prelude)
        for _ in 0..<40 { answer.send(String(repeating: "x", count: 65_536)) }
        #expect(client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 201"))
        #expect(answer.end() == "202")
    }

    @Test("why a streamed answer is none is recorded with it")
    func recordsProblems() async throws {
        let emulator = try emulator(isStreamed: true)
        async let response = emulator.call("GET", "/lambda-url/F_1/")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        let answer = try StreamedResponse(instance, event.requestID)
        answer.send("[]" + String(repeating: "\0", count: 8))
        answer.end()
        #expect(try await response.status == 502)
        #expect(
            emulator.server.invocations.first?.result.explanation
                == "a function URL cannot send on what F_1 answered: an object was expected "
                + "before the 8 NULs")
    }
}
