import HTTPClient
import Testing
import TextEncoding

@testable import LambdaEmulator

@Suite("Invoke API")
struct InvokeAPITests {
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

    private func invoke(
        _ server: EmulatorServer, _ name: String, body: String = "{}",
        fields: [(String, String)] = []
    ) async throws -> HTTPResponse {
        try await call(
            "http://127.0.0.1:\(server.port)/2015-03-31/functions/\(name)/invocations",
            method: "POST", fields: fields.map { HTTPField($0.0, $0.1) }, body: body)
    }

    private func serve(_ answer: String) async throws -> TestInstance.Event {
        let instance = try #require(await spawner.next())
        let event = try await instance.next()
        try await instance.respond(event.requestID, answer)
        return event
    }

    @Test("a call runs the function and tells version, id and log")
    func calls() async throws {
        let server = try started()
        defer { server.stop() }
        async let response = invoke(
            server, "my-f", body: #"{"a":1}"#,
            fields: [
                ("X-Amz-Log-Type", "Tail"), ("X-Amzn-Trace-Id", "Root=1-a-b"),
                ("X-Amz-Client-Context", "eyJjIjoxfQ=="),
            ])
        let event = try await serve("7")
        #expect(event.body == #"{"a":1}"#)
        #expect(event.field("Lambda-Runtime-Trace-Id") == "Root=1-a-b")
        #expect(event.field("Lambda-Runtime-Client-Context") == #"{"c":1}"#)
        let answer = try await response
        #expect(answer.status == 200)
        #expect(answer.text == "7")
        #expect(answer.field("X-Amz-Executed-Version") == "$LATEST")
        #expect(answer.field("X-Amz-Function-Error") == nil)
        #expect(answer.field("x-amzn-RequestId") == event.requestID)
        let log = try #require(answer.field("X-Amz-Log-Result").flatMap(Base64.decode))
        #expect(
            String(decoding: log, as: UTF8.self).hasPrefix(
                "START RequestId: \(event.requestID) Version: $LATEST\nEND RequestId: "))
    }

    @Test(
        "a function is found by name, logical id, version and ARN",
        arguments: [
            "my-f", "F", "my-f:$LATEST", "my-f%3A%24LATEST",
            "arn:aws:lambda:us-east-1:123456789012:function:my-f",
            "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Amy-f%3A%24LATEST",
            "123456789012:function:my-f",
        ])
    func finds(name: String) async throws {
        let server = try started()
        defer { server.stop() }
        let answer = try await invoke(server, name, fields: [("X-Amz-Invocation-Type", "DryRun")])
        #expect(answer.status == 204)
        #expect(answer.body.isEmpty)
    }

    @Test("service errors have AWS's bodies and types")
    func serviceErrors() async throws {
        let server = try started()
        defer { server.stop() }
        let unknown = try await invoke(server, "nope")
        #expect(unknown.status == 404)
        #expect(unknown.field("x-amzn-ErrorType") == "ResourceNotFoundException")
        #expect(
            unknown.text == #"{"Type":"User","Message":"Function not found: "#
                + #"arn:aws:lambda:us-east-1:123456789012:function:nope"}"#)
        let broken = try await invoke(server, "my-f", body: "{")
        #expect(broken.status == 400)
        #expect(broken.field("x-amzn-ErrorType") == "InvalidRequestContentException")
        let type = try await invoke(server, "my-f", fields: [("X-Amz-Invocation-Type", "Later")])
        #expect(type.field("x-amzn-ErrorType") == "InvalidParameterValueException")
        let large = try await invoke(
            server, "my-f", body: "\"" + String(repeating: "a", count: 6_291_455) + "\"")
        #expect(large.status == 413)
        #expect(large.field("x-amzn-ErrorType") == "RequestTooLargeException")
        let largeEvent = try await invoke(
            server, "my-f", body: "\"" + String(repeating: "a", count: 1_048_575) + "\"",
            fields: [("X-Amz-Invocation-Type", "Event")])
        #expect(largeEvent.status == 413)
    }

    @Test("an Event is accepted at once and run")
    func runsLater() async throws {
        let server = try started()
        defer { server.stop() }
        let accepted = try await invoke(
            server, "my-f", body: "[1]", fields: [("X-Amz-Invocation-Type", "Event")])
        #expect(accepted.status == 202)
        #expect(accepted.body.isEmpty)
        let event = try await serve("null")
        #expect(event.body == "[1]")
        #expect(event.requestID == accepted.field("x-amzn-RequestId"))
    }

    @Test("a function error is a 200 with X-Amz-Function-Error")
    func functionErrors() async throws {
        let server = try started()
        defer { server.stop() }
        async let response = invoke(server, "my-f")
        let instance = try #require(await spawner.next())
        let event = try await instance.next()
        _ = try await instance.send(
            "POST", "invocation/\(event.requestID)/error", body: #"{"errorType":"E"}"#)
        let answer = try await response
        #expect(answer.status == 200)
        #expect(answer.field("X-Amz-Function-Error") == "Unhandled")
        #expect(answer.text == #"{"errorType":"E"}"#)
    }

    @Test("an event that is JSON but for a repeated name is taken, as on AWS")
    func takesRepeatedNames() async throws {
        let server = try started()
        defer { server.stop() }
        async let response = invoke(server, "my-f", body: #"{"a":1,"a":2}"#)
        let event = try await serve("1")
        #expect(event.body == #"{"a":1,"a":2}"#)
        #expect(try await response.status == 200)
    }
}
