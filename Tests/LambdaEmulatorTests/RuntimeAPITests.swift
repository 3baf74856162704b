import HTTPClient
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Runtime API")
struct RuntimeAPITests {
    private let spawner = TestSpawner()
    private let clock = ManualClock()

    private func started(
        _ definition: FunctionDefinition = FunctionDefinition(name: "f", codeDirectory: "/none")
    ) throws -> EmulatorServer {
        let server = EmulatorServer(
            quietConfiguration(
                Template(functions: [definition]), spawner: spawner, clock: clock.clock))
        try server.start()
        return server
    }

    private func event(_ text: String = "{}") -> [UInt8] { Array(text.utf8) }

    @Test("hands the event over with its fields, and the answer back")
    func roundTrip() async throws {
        let server = try started(
            FunctionDefinition(name: "f", codeDirectory: "/none", timeoutMs: 7_000))
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event(#"{"a":1}"#))
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        #expect(next.body == #"{"a":1}"#)
        #expect(next.field("Lambda-Runtime-Deadline-Ms") == "1800000007000")
        #expect(
            next.field("Lambda-Runtime-Invoked-Function-Arn")
                == "arn:aws:lambda:us-east-1:123456789012:function:f")
        #expect(next.field("Content-Type") == "application/json")
        let trace = try #require(next.field("Lambda-Runtime-Trace-Id"))
        #expect(
            trace.wholeMatch(
                of: /Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0/) != nil)
        #expect(
            next.requestID.wholeMatch(
                of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        instance.print("hello from the function")
        clock.advance(byMs: 12)
        let accepted = try await instance.respond(next.requestID, #"{"b":2}"#)
        #expect(accepted.status == 202)
        #expect(accepted.text == #"{"status":"OK"}"#)
        let answer = try await result
        #expect(answer.text == #"{"b":2}"#)
        #expect(answer.failure == nil)
        #expect(
            answer.logText == """
                START RequestId: \(next.requestID) Version: $LATEST
                hello from the function
                END RequestId: \(next.requestID)
                REPORT RequestId: \(next.requestID)\tDuration: 12.00 ms\tBilled Duration: 12 ms\
                \tMemory Size: 128 MB\tMax Memory Used: 42 MB\tInit Duration: 0.00 ms\t

                """)
    }

    @Test("an id that is not the running one is refused before the state is looked at")
    func checksIDs() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let early = try await instance.respond("not-yet", "{}")
        #expect(early.status == 400)
        #expect(
            early.text == #"{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}"#)
        let next = try await instance.next()
        #expect(try await instance.respond("other", "{}").status == 400)
        #expect(try await instance.respond(next.requestID, "1").status == 202)
        #expect(try await result.text == "1")
    }

    @Test("a second answer is an invalid state transition, and an unknown id after the next event")
    func answersTwice() async throws {
        let server = try started()
        defer { server.stop() }
        async let first = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let one = try await instance.next()
        try await instance.respond(one.requestID, "1")
        for (action, state) in [
            ("response", "InvocationResponse"), ("error", "InvocationErrorResponse"),
        ] {
            let again = try await instance.send(
                "POST", "invocation/\(one.requestID)/\(action)", body: "2")
            #expect(again.status == 403)
            #expect(
                again.text
                    == #"{"errorMessage":"State transition from RuntimeResponseSentState to "#
                    + #"\#(state) failed for runtime. Error: State transition is not allowed","#
                    + #""errorType":"InvalidStateTransition"}"#)
        }
        async let second = server.invoke(function: "f", payload: event())
        let two = try await instance.next()
        #expect(try await instance.respond(one.requestID, "3").status == 400)
        try await instance.respond(two.requestID, "4")
        #expect(try await [first.text, second.text] == ["1", "4"])
    }

    @Test("a runtime that asks for work again before it has answered gets the same event again")
    func repeatsEvents() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event("7"))
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        clock.advance(byMs: 5)
        let again = try await instance.next()
        #expect(again.requestID == next.requestID)
        #expect(again.body == "7")
        #expect(
            again.field("Lambda-Runtime-Deadline-Ms") == next.field("Lambda-Runtime-Deadline-Ms"))
        try await instance.respond(next.requestID, "true")
        let answer = try await result
        #expect(answer.text == "true")
        #expect(answer.logText.split(separator: "\n").count { $0.hasPrefix("START") } == 1)
    }

    @Test("an init error after the init, other methods and other paths are refused in AWS's words")
    func refusesOtherCalls() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        let initError = try await instance.send("POST", "init/error", body: "{}")
        #expect(initError.status == 403)
        #expect(
            initError.text
                == #"{"errorMessage":"State transition from Running to InitError failed "#
                + #"for runtime. Error: State transition is not allowed","#
                + #""errorType":"InvalidStateTransition"}"#)
        for (method, path, status) in [
            ("GET", "nonsense", 404), ("POST", "invocation/next", 405), ("GET", "init/error", 405),
            ("PUT", "invocation/\(next.requestID)/response", 405),
            ("POST", "invocation/\(next.requestID)/nonsense", 404), ("GET", "restore/next", 404),
        ] {
            #expect(try await instance.send(method, path).status == status, "\(method) \(path)")
        }
        let ping = try await call("http://\(instance.launch.runtimeAPI)/2018-06-01/ping")
        #expect(ping.text == "pong")
        try await instance.respond(next.requestID, "true")
        #expect(try await result.text == "true")
    }

    @Test("of an error with a cause for X-Ray the caller sees the error alone")
    func takesCausesOut() async throws {
        let server = try started()
        defer { server.stop() }
        let type = HTTPField("Content-Type", "application/vnd.aws.lambda.error.cause+json")
        for (body, seen) in [
            (
                #"{"cause":{"paths":[]},"errorType":"E","errorMessage":"m","stackTrace":["a"]}"#,
                #"{"errorMessage":"m","errorType":"E","stackTrace":["a"]}"#
            ),
            ("no JSON", #""Invalid error body""#),
        ] {
            async let result = server.invoke(function: "f", payload: event())
            let instance = try #require(await spawner.next())
            let next = try await instance.next()
            let accepted = try await instance.send(
                "POST", "invocation/\(next.requestID)/error", fields: [type], body: body)
            #expect(accepted.status == 202)
            #expect(try await result.text == seen)
            instance.end(.status(0))
        }
    }

    @Test("a posted error is the caller's answer as it is, with the error's type")
    func postsErrors() async throws {
        let server = try started()
        defer { server.stop() }
        let body = #"{"errorMessage":"no","errorType":"Mine","stackTrace":[]}"#
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        let accepted = try await instance.send(
            "POST", "invocation/\(next.requestID)/error",
            fields: [HTTPField("Lambda-Runtime-Function-Error-Type", "Function.Broken")],
            body: body)
        #expect(accepted.status == 202)
        let answer = try await result
        #expect(answer.text == body)
        #expect(
            answer.failure == InvocationFailure(kind: .function, errorType: "Function.Broken"))
        #expect(answer.logText.contains("Status: error\tError Type: Function.Broken"))
    }

    @Test("a failed initialization answers the callers with the posted body")
    func postsInitErrors() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let accepted = try await instance.send("POST", "init/error", body: #"{"errorType":"X"}"#)
        #expect(accepted.status == 202)
        let answer = try await result
        #expect(answer.text == #"{"errorType":"X"}"#)
        #expect(answer.failure?.errorType == "Runtime.Unknown")
        instance.end(.status(1))
        async let second = server.invoke(function: "f", payload: event())
        let successor = try #require(await spawner.next())
        let next = try await successor.next()
        try await successor.respond(next.requestID, "2")
        #expect(try await second.text == "2", "the next call starts a new instance")
    }

    @Test(
        "an answer of 6,291,556 bytes is taken, a longer one refused and named",
        arguments: [6_291_556, 6_291_557, 11_000_000])
    func capsAnswers(count: Int) async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        let text = "\"" + String(repeating: "a", count: count - 2) + "\""
        let response = try await instance.respond(next.requestID, text)
        let answer = try await result
        if count == 6_291_556 {
            #expect(response.status == 202)
            #expect(answer.payload.count == count)
        } else {
            #expect(response.status == 413)
            #expect(answer.failure?.errorType == "Function.ResponseSizeTooLarge")
            #expect(
                answer.text == #"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"#
                    + #""Response payload size exceeded maximum allowed payload size "#
                    + #"(6291556 bytes)."}"#)
        }
    }

    @Test("an answer without a length fails its call when it has become too large, not at its end")
    func capsEndlessAnswers() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        let port = try #require(UInt16(instance.launch.runtimeAPI.split(separator: ":")[1]))
        let runtime = try #require(RawConnection(port: port))
        runtime.send(
            "POST /2018-06-01/runtime/invocation/\(next.requestID)/response HTTP/1.1\r\n"
                + "Host: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = Array("100000\r\n".utf8) + Array(repeating: 0x61, count: 1 << 20) + [13, 10]
        for _ in 0..<11 { runtime.send(chunk) }
        #expect(try await result.failure?.errorType == "Function.ResponseSizeTooLarge")
        runtime.send("0\r\n\r\n")
        #expect(runtime.readToEnd().hasPrefix("HTTP/1.1 413 "))
    }

    @Test("only the response mode streaming can be named; any other fails the invocation")
    func checksResponseMode() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        let path = "invocation/\(next.requestID)/response"
        let field = "Lambda-Runtime-Function-Response-Mode"
        let wrong = try await instance.send(
            "POST", path, fields: [HTTPField(field, "buffered")], body: "1")
        #expect(wrong.status == 400)
        #expect(
            wrong.text == #"{"errorMessage":"Invalid function response mode","#
                + #""errorType":"InvalidFunctionResponseMode"}"#)
        let late = try await instance.send(
            "POST", path, fields: [HTTPField(field, "streaming")], body: "1")
        #expect(late.status == 403)
        let answer = try await result
        #expect(answer.failure?.errorType == "Runtime.InvalidResponseModeHeader")
        #expect(answer.text.contains("RequestId: \(next.requestID) Error: Invalid function"))
    }

    @Test(
        "error types are counted by AWS's pattern",
        arguments: [
            ("Runtime.ExitError", "Runtime.ExitError"), ("Function.My", "Function.My"),
            ("Function.My2", "Function.My2"), ("My.Runtime.Error", "My.Runtime.Error"),
            ("Function.my", "Function.Unknown"), ("Unhandled", "Runtime.Unknown"),
            ("", "Runtime.Unknown"),
        ])
    func normalisesErrorTypes(given: String, counted: String) async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: event())
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        _ = try await instance.send(
            "POST", "invocation/\(next.requestID)/error",
            fields: [HTTPField("Lambda-Runtime-Function-Error-Type", given)], body: "{}")
        #expect(try await result.failure?.errorType == counted)
    }
}
