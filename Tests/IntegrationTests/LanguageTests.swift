import Foundation
import HTTPClient
import StrictJSON
import Testing

/// Functions in Swift, in Python on AWS's own runtime and in C on plain sockets, in one template.
@Suite(.serialized, .timeLimit(.minutes(5))) struct LanguageTests {
    private let place: TemplateFolder
    private let emulator: EmulatorProcess

    init() throws {
        place = try TemplateFolder(
            "languages", code: ["swift": .product("health"), "python": .python, "c": .c])
        emulator = try EmulatorProcess(
            template: place.template, in: place.folder,
            parameters: ["StoreURL": place.store, "HoldFile": place.holdFile])
    }

    @Test func allServeTheirRoutesSideBySide() async throws {
        let answers = try await emulator.send([
            emulator.request("GET", "/v1/health"),
            emulator.request("POST", "/python/a%20b/c?x=1", ["X-Mine": "1"], "text"),
            emulator.request("PUT", "/c/a%20b/c?x=1", ["X-Mine": "1"], "text"),
        ]).map { try $0.get() }
        #expect(answers.map(\.status) == [200, 200, 200])
        #expect(try StrictJSON.parse(answers[0].body)["status"]?.string != nil)
        for (language, method, answer) in [
            ("Python", "POST", answers[1]), ("C", "PUT", answers[2]),
        ] {
            let body = try StrictJSON.parse(answer.body)
            #expect(body["language"]?.string == language)
            let event = try #require(body["event"])
            #expect(event["version"] == "2.0")
            #expect(event["requestContext"]?["http"]?["method"]?.string == method)
            #expect(event["rawQueryString"] == "x=1")
            #expect(event["headers"]?["x-mine"] == "1")
            #expect(event["pathParameters"]?["action"] == "a b/c")
            #expect(event["body"] == "text")
        }
        #expect(emulator.stop() == 0)
    }

    @Test(arguments: ["python", "c"])
    func anInvocationIsAnsweredUnderItsOwnID(_ function: String) async throws {
        let answer = try await invoke(function, #"{"greeting": "hello"}"#)
        #expect(answer.field("x-amz-function-error") == nil)
        let body = try StrictJSON.parse(answer.body)
        #expect(body["requestId"]?.string == answer.field("x-amzn-requestid"))
        #expect(body["event"] == ["greeting": "hello"])
        if function == "python" {
            #expect(body["functionName"] == "python")
            let left = try #require(body["remainingMs"]?.number?.integer)
            #expect((1...60_000).contains(left))
        }
        #expect(emulator.stop() == 0)
    }

    @Test(arguments: ["python", "c"])
    func anErrorIsToldToEachCallerInItsWay(_ function: String) async throws {
        let answer = try await invoke(function, #"{"greeting": "do-error"}"#)
        #expect(answer.field("x-amz-function-error") == "Unhandled")
        let body = try StrictJSON.parse(answer.body)
        #expect(body["errorMessage"] == "as asked")
        #expect(body["errorType"] == "Asked")
        let routed = try await emulator.send("GET", "/\(function)/do-error")
        // What a REST API makes a 502, an HTTP API makes a 500.
        #expect(routed.status == 500)
        #expect(try StrictJSON.parse(routed.body) == ["message": "Internal Server Error"])
        #expect(routed.field("x-emulator-error")?.contains(function) == true)
        #expect(emulator.stop() == 0)
    }

    @Test(arguments: [
        ("python", "do-exit", "exit status 7"), ("c", "do-exit", "exit status 7"),
        ("python", "do-crash", "signal: segmentation fault"),
        ("c", "do-crash", "signal: segmentation fault"),
    ])
    func anEndIsToldAndTheNextCallServed(
        _ function: String, _ action: String, _ reason: String
    ) async throws {
        let before = try await pid(of: function)
        let answer = try await invoke(function, #"["\#(action)"]"#)
        #expect(answer.field("x-amz-function-error") == "Unhandled")
        let body = try StrictJSON.parse(answer.body)
        #expect(body["errorType"] == "Runtime.ExitError")
        let requestID = try #require(answer.field("x-amzn-requestid"))
        #expect(
            body["errorMessage"]?.string
                == "RequestId: \(requestID) Error: Runtime exited with error: \(reason)")
        #expect(try await pid(of: function) != before)
        #expect(emulator.stop() == 0)
    }

    @Test(arguments: ["python-hurried", "c-hurried"])
    func whatHangsIsEndedAtItsTimeout(_ function: String) async throws {
        let before = try await pid(of: function)
        let answer = try await invoke(function, #"["do-hang"]"#)
        #expect(answer.field("x-amz-function-error") == "Unhandled")
        let body = try StrictJSON.parse(answer.body)
        #expect(body["errorType"] == "Sandbox.Timedout")
        #expect(
            body["errorMessage"]?.string?.hasSuffix("Task timed out after 1.00 seconds") == true)
        #expect(try await pid(of: function) != before)
        #expect(emulator.stop() == 0)
        #expect(ProcessTable.name(of: before) == nil)
    }

    @Test(arguments: ["python", "c"])
    func fourAreServedAtOnceByFourProcesses(_ function: String) async throws {
        let requests = (0..<4).map { number in
            emulator.request("GET", "/\(function)/do-hold/\(number)")
        }
        async let held = emulator.send(requests)
        try await untilInFlight(4, of: function)
        let released = try place.release()
        let answers = try await held.map { try $0.get() }
        try released.close()
        #expect(answers.allSatisfy { $0.status == 200 })
        let bodies = try answers.map { try StrictJSON.parse($0.body) }
        #expect(Set(bodies.compactMap { $0["pid"]?.number?.integer }).count == 4)
        #expect(
            bodies.map { $0["event"]?["pathParameters"]?["action"]?.string }
                == (0..<4).map { "do-hold/\($0)" })
        #expect(emulator.stop() == 0)
    }

    private func invoke(_ function: String, _ event: String) async throws -> HTTPResponse {
        let answer = try await emulator.send(
            "POST", "/2015-03-31/functions/\(function)/invocations", [:], event)
        #expect(answer.status == 200)
        return answer
    }

    private func pid(of function: String) async throws -> Int32 {
        let body = try StrictJSON.parse(try await invoke(function, "{}").body)
        return Int32(try #require(body["pid"]?.number?.integer))
    }

    /// Waits until a function has so many invocations in its processes' hands.
    private func untilInFlight(_ count: Int64, of function: String) async throws {
        while true {
            let health = try StrictJSON.parse(
                try await emulator.send("GET", "/_emulator/health").body)
            let status = health["functions"]?.array?.first { $0["name"]?.string == function }
            if try #require(status)["inFlight"]?.number?.integer == count { return }
        }
    }
}
