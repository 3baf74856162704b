import HTTPClient
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("HTTP front")
struct HTTPFrontTests {
    private let spawner = TestSpawner()
    private let clock = ManualClock()

    private func started() throws -> EmulatorServer {
        let template = Template(
            functions: [FunctionDefinition(name: "my-f", logicalID: "F", codeDirectory: "/none")],
            routes: [
                RouteDefinition(function: "my-f", method: "GET", path: "/a"),
                RouteDefinition(function: "my-f", method: "POST", path: "/rest", format: .restAPI),
            ])
        let server = EmulatorServer(
            quietConfiguration(template, spawner: spawner, clock: clock.clock))
        try server.start()
        return server
    }

    private func serve(_ answer: String) async throws -> TestInstance.Event {
        let instance = try #require(await spawner.next())
        let event = try await instance.next()
        try await instance.respond(event.requestID, answer)
        return event
    }

    @Test("the front turns the answer into HTTP")
    func front() async throws {
        let server = try started()
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)"
        async let response = call(url + "/a?x=1")
        let event = try await serve(
            #"{"statusCode":418,"headers":{"X-A":"1"},"cookies":["c=1"],"body":"tea"}"#)
        #expect(event.body.contains(#""routeKey":"GET /a""#))
        let answer = try await response
        #expect(answer.status == 418)
        #expect(answer.text == "tea")
        #expect(answer.field("X-A") == "1")
        #expect(answer.field("Set-Cookie") == "c=1")
        let unknown = try await call(url + "/b")
        #expect(unknown.status == 404)
        #expect(unknown.text == #"{"message":"Not Found"}"#)
        #expect(try await call(url + "/a", method: "PUT").status == 404)
    }

    @Test("the front says 502 for a failure and explains it to the developer")
    func frontFailures() async throws {
        let server = try started()
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)"
        async let response = call(url + "/rest", method: "POST", body: "x")
        let event = try await serve("{}")
        let answer = try await response
        #expect(answer.status == 502)
        #expect(answer.text == #"{"message":"Internal Server Error"}"#)
        #expect(
            answer.field("x-emulator-error") == "my-f: a REST API needs statusCode in the "
                + "function's answer; RequestId: \(event.requestID)")
    }

    @Test("the front says 504 when the function takes too long")
    func frontTimeouts() async throws {
        let server = try started()
        defer { server.stop() }
        async let response = call("http://127.0.0.1:\(server.port)/a")
        let instance = try #require(await spawner.next())
        _ = try await instance.next()
        clock.advance(byMs: 3_000)
        server.clockChanged()
        let answer = try await response
        #expect(answer.status == 504)
        #expect(answer.text == #"{"message":"Endpoint request timed out"}"#)
    }

}
