import HTTPClient
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Cross-origin resource sharing")
struct CORSTests {
    private static let origin = "https://a.example"

    private func emulator(
        _ cors: CORSDefinition, kind: APIDefinition.Kind = .http,
        methods: [String] = ["GET"]
    ) throws -> TestEmulator {
        try TestEmulator(
            Template(
                functions: [FunctionDefinition(name: "f", codeDirectory: "/none")],
                apis: [APIDefinition(id: "Api", kind: kind, cors: cors)],
                routes: methods.map {
                    RouteDefinition(
                        function: "f", method: $0, path: "/a",
                        format: kind == .http ? .httpAPI : .restAPI, api: "Api")
                }))
    }

    private func preflight(
        _ emulator: TestEmulator, _ path: String = "/a", origin: String = origin
    ) async throws -> HTTPResponse {
        try await emulator.call(
            "OPTIONS", path, [("Origin", origin), ("Access-Control-Request-Method", "GET")])
    }

    private func shared(_ response: HTTPResponse) -> [String] {
        response.fields.filter { $0.name.lowercased().hasPrefix("access-control-") }
            .map { "\($0.name.lowercased().dropFirst("access-control-".count)): \($0.value)" }
    }

    @Test("an HTTP API answers preflight requests itself, with or without a route")
    func preflightOfHTTPAPI() async throws {
        let emulator = try emulator(
            CORSDefinition(
                allowOrigins: [Self.origin], allowMethods: ["GET", "PUT"], allowHeaders: ["X-A"],
                exposeHeaders: ["X-B"], maxAgeSeconds: 9, allowsCredentials: true))
        for path in ["/a", "/nothing"] {
            let answer = try await preflight(emulator, path)
            #expect(answer.status == 204)
            #expect(
                shared(answer) == [
                    "allow-origin: https://a.example", "allow-methods: GET,PUT",
                    "allow-headers: X-A", "expose-headers: X-B", "max-age: 9",
                    "allow-credentials: true",
                ])
        }
        let foreign = try await preflight(emulator, origin: "https://b.example")
        #expect(foreign.status == 204)
        #expect(shared(foreign).isEmpty)
        let plain = try await emulator.call("OPTIONS", "/a", [("Origin", Self.origin)])
        #expect(plain.status == 404, "without Access-Control-Request-Method it is no preflight")
    }

    @Test(
        "which origins are allowed",
        arguments: [
            ("*", "http://x", "*"), ("https://*", "https://x.y:8443", "https://x.y:8443"),
            ("https://*", "http://x", nil), ("http://x", "HTTP://X", "HTTP://X"),
            ("http://x", "http://x.y", nil),
        ] as [(String, String, String?)])
    func origins(pattern: String, origin: String, allowed: String?) async throws {
        let emulator = try emulator(CORSDefinition(allowOrigins: [pattern]))
        let answer = try await preflight(emulator, origin: origin)
        #expect(answer.field("access-control-allow-origin") == allowed)
    }

    @Test("an HTTP API's fields go in the place of the function's, on its own answers, too")
    func fieldsOfHTTPAPI() async throws {
        let emulator = try emulator(
            CORSDefinition(allowOrigins: ["*"], exposeHeaders: ["X-B"]))
        let ownFields = #""headers":{"Access-Control-Allow-Origin":"x","Access-Control-X":"y"}"#
        async let response = emulator.call("GET", "/a", [("Origin", Self.origin)])
        let instance = try await emulator.instance()
        let first = try await instance.next()
        try await instance.respond(first.requestID, "{\"statusCode\":200,\(ownFields)}")
        #expect(try await shared(response) == ["allow-origin: *", "expose-headers: X-B"])
        async let withoutOrigin = emulator.call("GET", "/a")
        let second = try await instance.next()
        try await instance.respond(second.requestID, "{\"statusCode\":200,\(ownFields)}")
        #expect(try await shared(withoutOrigin).isEmpty)
        let unknown = try await emulator.call("GET", "/nothing", [("Origin", Self.origin)])
        #expect(unknown.status == 404)
        #expect(shared(unknown) == ["allow-origin: *", "expose-headers: X-B"])
    }

    @Test(
        "a REST API's path gets an OPTIONS method, and the function says the rest",
        arguments: [
            (["GET", "POST"], [], "GET,OPTIONS,POST"),
            (["ANY"], [], "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"),
            (["GET"], ["GET,PUT"], "GET,PUT"),
        ] as [([String], [String], String)])
    func mockOfRESTAPI(methods: [String], named: [String], allowed: String) async throws {
        let emulator = try emulator(
            CORSDefinition(
                allowOrigins: ["*"], allowMethods: named, allowHeaders: ["X-A"], maxAgeSeconds: 9),
            kind: .rest, methods: methods)
        let answer = try await emulator.call("OPTIONS", "/a/")
        #expect(answer.status == 200)
        #expect(
            shared(answer) == [
                "allow-origin: *", "allow-methods: \(allowed)", "allow-headers: X-A", "max-age: 9",
            ])
        async let response = emulator.call("GET", "/a", [("Origin", Self.origin)])
        try await emulator.serve(#"{"statusCode":200,"headers":{"Access-Control-X":"y"}}"#)
        #expect(try await shared(response) == ["x: y"])
    }

    @Test("an OPTIONS route of a REST API's own is kept")
    func keepsOwnOptions() async throws {
        let emulator = try emulator(
            CORSDefinition(allowOrigins: ["*"]), kind: .rest, methods: ["GET", "OPTIONS"])
        async let response = emulator.call("OPTIONS", "/a")
        try await emulator.serve(#"{"statusCode":418}"#)
        #expect(try await response.status == 418)
    }
}
