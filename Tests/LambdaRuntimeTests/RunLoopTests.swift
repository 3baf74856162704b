import Glibc
import StrictJSON
import Testing

@testable import LambdaRuntime

@Suite("Run loop against a Runtime API", .serialized)
struct RunLoopTests {
    private func report(_ message: String, _ type: String) -> String {
        #"{"errorMessage":"\#(message)","errorType":"\#(type)","stackTrace":[]}"#
    }

    @Test("every event is answered once, in order, under its own id")
    func happyLoop() async throws {
        let events = (0..<50).map { FakeRuntimeAPI.Event.plain("{\"n\":\($0)}", id: "id-\($0)") }
        let run = try await LoopRun(FailingHandler.self, events)
        #expect(run.exitCode == 0)
        #expect(run.nextCount == 51)
        #expect(run.log.isEmpty)
        #expect(
            run.posts.map(\.path)
                == (0..<50).map { "POST /2018-06-01/runtime/invocation/id-\($0)/response" })
        #expect(run.posts.map(\.body) == (0..<50).map { "{\"n\":\($0)}" })
        #expect(run.posts.allSatisfy { $0.contentType == "application/json" })
        #expect(run.posts.allSatisfy { $0.userAgent == "ttsr-lambda-runtime/\(runtimeVersion)" })
        #expect(run.posts.allSatisfy { $0.errorType == nil })
    }

    @Test("the context carries what the platform sent; the trace id is in the environment")
    func context() async throws {
        var full = FakeRuntimeAPI.Event.plain("1", id: "a")
        full.fields += [
            ("lambda-runtime-CLIENT-context", "{\"app\":1}"),
            ("Lambda-Runtime-Cognito-Identity", "{\"id\":2}"),
            ("Lambda-Runtime-Aws-Tenant-Id", "blue"),
        ]
        let run = try await LoopRun(ContextHandler.self, [full])
        let answer = try StrictJSON.parse(Array(try #require(run.posts.first).body.utf8))
        #expect(
            answer == [
                "event": 1, "id": "a", "deadline": 1_700_000_000_000,
                "arn": "arn:aws:lambda:eu-west-1:0:function:f", "trace": "Root=1-a",
                "client": "{\"app\":1}", "identity": "{\"id\":2}", "tenant": "blue",
                "environmentTrace": "Root=1-a",
            ])
    }

    @Test("an optional field that is empty counts as absent")
    func emptyFields() async throws {
        unsetenv("_X_AMZN_TRACE_ID")
        let names = ["Trace-Id", "Client-Context", "Cognito-Identity", "Aws-Tenant-Id"]
        let fields = names.map { "Lambda-Runtime-\($0):\r\n" }.joined()
        let api = RawRuntimeAPI(
            next: "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: b\r\n\(fields)"
                + "Lambda-Runtime-Deadline-Ms: \r\nContent-Length: 4\r\n\r\nnull")
        let process = FunctionProcess(api.authority, try Termination(), LogLines().logger())
        #expect(await process.runToEnd(ContextHandler.self) == 1)
        #expect(
            try StrictJSON.parse(Array(api.posted.utf8)) == [
                "event": nil, "id": "b", "deadline": 0, "arn": "", "trace": nil, "client": nil,
                "identity": nil, "tenant": nil, "environmentTrace": nil,
            ])
    }

    @Test("an event without a trace id takes the one before out of the environment")
    func traceGoesAway() async throws {
        let bare = FakeRuntimeAPI.Event(
            payload: "null", fields: [("Lambda-Runtime-Aws-Request-Id", "b")])
        let run = try await LoopRun(ContextHandler.self, [.plain("0", id: "a"), bare])
        let answer = try StrictJSON.parse(Array(try #require(run.posts.last).body.utf8))
        #expect(answer["trace"] == .null)
        #expect(answer["environmentTrace"] == .null)
    }

    @Test(
        "a thrown error is posted without what it carries, and the loop goes on",
        arguments: [
            ("full", "PlainError.full", "PlainError"),
            ("refused", "PlainError.refused", "PlainError"),
            ("spoken", "card is \\\"missing\\\"", "CardMissing"),
            ("described", "DescribedError", "DescribedError"),
        ])
    func errors(_ event: String, _ message: String, _ type: String) async throws {
        let run = try await LoopRun(
            FailingHandler.self, [.plain("\"\(event)\"", id: "a"), .plain("\"fine\"", id: "b")])
        #expect(run.exitCode == 0)
        #expect(run.posts.count == 2)
        let post = try #require(run.posts.first)
        #expect(post.path == "POST /2018-06-01/runtime/invocation/a/error")
        #expect(post.body == report(message, type))
        #expect(post.errorType == "Function.\(type)")
        #expect(post.contentType == "application/json")
        let cause = try StrictJSON.parse(Array((post.errorCause ?? "").utf8))
        #expect(cause["exceptions"]?.array?.first?["type"]?.string == type)
        #expect(run.posts.last?.errorCause == nil)
        #expect(run.posts.last?.body == "\"fine\"")
        #expect(run.log.count == 1)
        #expect(!run.log.joined().contains("s3cret"))
    }

    @Test("an event of the wrong form is an error that repeats nothing of it")
    func wrongEvent() async throws {
        let syntax = try await LoopRun(
            FailingHandler.self, [.plain("{\"pw\":\"s3cret\",}", id: "a")])
        #expect(
            syntax.posts.map(\.body)
                == [report("event is not valid json: invalidSyntax at byte 15", "InvalidEvent")])
        let shape = try await LoopRun(
            CodableHandler.self,
            [.plain(#"{"values":"s3cret"}"#, id: "a"), .plain(#"{"values":[1,2]}"#, id: "b")])
        #expect(
            shape.posts.map(\.body) == [
                report("event does not match the type that the handler takes", "InvalidEvent"),
                #"{"sum":3}"#,
            ])
    }

    @Test(
        "an init phase that throws is posted and ends the process with 1",
        arguments: [
            ("plain", "PlainError.refused", "PlainError"),
            ("spoken", "card is \\\"missing\\\"", "CardMissing"),
        ])
    func initError(_ mode: String, _ message: String, _ type: String) async throws {
        let run = try await LoopRun(
            FailingHandler.self, [.plain("1", id: "a")], environment: ["INIT": mode])
        #expect(run.exitCode == 1)
        #expect(run.nextCount == 0)
        #expect(run.posts.map(\.path) == ["POST /2018-06-01/runtime/init/error"])
        #expect(run.posts.map(\.body) == [report(message, type)])
        #expect(run.posts.map(\.errorType) == ["Function.\(type)"])
    }

    @Test(
        "an answer that the platform refuses is logged once and the loop goes on",
        arguments: [400, 403, 410, 413])
    func refusedAnswer(_ status: Int) async throws {
        let run = try await LoopRun(
            FailingHandler.self,
            [.plain("1", id: "a", postStatus: status), .plain("2", id: "b")])
        #expect(run.exitCode == 0)
        #expect(run.posts.map(\.body) == ["1", "2"])
        #expect(run.log.count == 1)
        #expect(run.log[0].contains(#""status":\#(status)"#))
        #expect(run.log[0].contains(#""requestId":"a""#))
    }

    @Test("an error report that the platform refuses is logged and the loop goes on")
    func refusedError() async throws {
        let run = try await LoopRun(
            FailingHandler.self,
            [.plain("\"full\"", id: "a", postStatus: 403), .plain("2", id: "b")])
        #expect(run.exitCode == 0)
        #expect(run.posts.count == 2)
        #expect(run.log.count == 2)
    }

    @Test("a broken container ends the process with 1, whether on next or on the answer")
    func brokenContainer() async throws {
        let next = try await LoopRun(
            FailingHandler.self, [.plain("1", id: "a")], drainedStatus: 500)
        #expect(next.exitCode == 1)
        #expect(next.posts.count == 1)
        #expect(next.log.count == 1)
        let answer = try await LoopRun(
            FailingHandler.self, [.plain("1", id: "a", postStatus: 500), .plain("2", id: "b")])
        #expect(answer.exitCode == 1)
        #expect(answer.nextCount == 1)
        let forbidden = try await LoopRun(FailingHandler.self, [], drainedStatus: 403)
        #expect(forbidden.exitCode == 1)
    }

    @Test(
        "an event without a request id, or with one that is no path segment, ends the process",
        arguments: [nil, "", "a/b", "..", "a?b", "a b", String(repeating: "a", count: 129)])
    func unusableID(_ id: String?) async throws {
        let fields = id.map { [("Lambda-Runtime-Aws-Request-Id", $0)] } ?? []
        let run = try await LoopRun(FailingHandler.self, [.init(payload: "1", fields: fields)])
        #expect(run.exitCode == 1)
        #expect(run.posts.isEmpty)
        #expect(run.log.count == 1)
    }

    @Test("a Runtime API that is gone ends the process with 1 and one line")
    func lostAPI() async throws {
        let api = try FakeRuntimeAPI([])
        let authority = api.authority
        api.stop()
        let lines = LogLines()
        let process = FunctionProcess(authority, try Termination(), lines.logger())
        #expect(await process.runToEnd(FailingHandler.self) == 1)
        #expect(lines.all.count == 1)
        #expect(lines.all[0].contains(#""stage":"connect""#))
    }

    @Test("a connection that breaks during the wait is opened again, once", arguments: [1, 2])
    func brokenWait(_ breaks: Int) async throws {
        let api = RawRuntimeAPI(
            next: "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: b\r\n"
                + "Content-Length: 1\r\n\r\n7", breaks: breaks)
        let lines = LogLines()
        let process = FunctionProcess(api.authority, try Termination(), lines.logger())
        #expect(await process.runToEnd(FailingHandler.self) == 1)
        #expect(api.posted == (breaks == 1 ? "7" : ""))
        #expect(lines.all.count == 1)
        #expect(
            lines.all.first?.contains(#""stage":"\#(breaks == 1 ? "connect" : "receive")""#) == true
        )
    }

    @Test("SIGTERM ends the wait for an event with 0")
    func signalWhileWaiting() async throws {
        let termination = try Termination.onSignal()
        defer { signal(SIGTERM, SIG_DFL) }
        let run = try await LoopRun(
            FailingHandler.self, [.plain("1", id: "a")], termination: termination,
            whenDrained: { kill(getpid(), SIGTERM) })
        #expect(run.exitCode == 0)
        #expect(run.posts.count == 1)
        #expect(run.log.isEmpty)
    }

    @Test("SIGTERM during an invocation lets it answer, and no further event is taken")
    func signalWhileHandling() async throws {
        let termination = try Termination.onSignal()
        defer { signal(SIGTERM, SIG_DFL) }
        let run = try await LoopRun(
            TerminatingHandler.self, [.plain("1", id: "a"), .plain("2", id: "b")],
            termination: termination)
        #expect(run.exitCode == 0)
        #expect(run.posts.map(\.body) == ["\"finished\""])
        #expect(run.nextCount == 1)
    }

    @Test("a body of 5 MB goes through in both directions")
    func largePayload() async throws {
        let payload = "\"" + String(repeating: "x", count: 5_000_000) + "\""
        let run = try await LoopRun(FailingHandler.self, [.plain(payload, id: "a")])
        #expect(run.posts.first?.body.utf8.count == payload.utf8.count)
    }
}
