import Glibc
import StrictJSON
import Testing

@testable import LambdaRuntime

/// In the run loop's suite because signals and the environment belong to the whole process.
extension RunLoopTests {
    @Suite("Several loops in one process", .timeLimit(.minutes(1)))
    struct ConcurrentLoopsTests {
        private let four = ["AWS_LAMBDA_MAX_CONCURRENCY": "4"]

        @Test("as many next wait at once as the variable says, never more")
        func fourWait() async throws {
            let events = (0..<400).map {
                FakeRuntimeAPI.Event.plain("{\"n\":\($0)}", id: "id-\($0)")
            }
            let run = try await LoopRun(
                FailingHandler.self, events, together: 4, environment: four)
            #expect(run.exitCode == 0)
            #expect(run.openMax == 4)
            #expect(run.nextCount == 404)
            #expect(run.log.isEmpty)
        }

        @Test("each of many events is answered once, under its own id")
        func manyEvents() async throws {
            let events = (0..<400).map {
                FakeRuntimeAPI.Event.plain("{\"n\":\($0)}", id: "id-\($0)")
            }
            let run = try await LoopRun(FailingHandler.self, events, environment: four)
            #expect(run.exitCode == 0)
            #expect(run.openMax <= 4)
            #expect(run.posts.count == 400)
            #expect(run.posts.allSatisfy { $0.path.hasSuffix("/response") })
            #expect(
                Dictionary(run.posts.map { ($0.requestID, $0.body) }) { first, _ in first }
                    == Dictionary(uniqueKeysWithValues: events.map { ($0.requestID, $0.payload) }))
            #expect(run.log.isEmpty)
        }

        @Test("an answer is posted while an earlier event is still being handled")
        func outOfOrder() async throws {
            let run = try await LoopRun(
                HeldHandler.self,
                [.plain("\"hold-order\"", id: "a"), .plain("\"second\"", id: "b")], together: 4,
                environment: four,
                whenPosted: { if $0.requestID == "b" { HeldHandler.gate("hold-order").open() } })
            #expect(run.exitCode == 0)
            #expect(run.posts.map(\.requestID) == ["b", "a"])
            #expect(run.posts.map(\.body) == ["\"second\"", "\"hold-order\""])
        }

        @Test("a handler may suspend: it goes on, and its child tasks run, on its loop's thread")
        func suspension() async throws {
            let ways = SuspendingHandler.Way.allCases
            let events = (0..<400).map {
                FakeRuntimeAPI.Event.plain(
                    "{\"way\":\"\(ways[$0 % ways.count].rawValue)\",\"n\":\($0)}", id: "id-\($0)")
            }
            let run = try await LoopRun(SuspendingHandler.self, events, environment: four)
            #expect(run.exitCode == 0)
            #expect(
                Set(run.posts.map(\.body))
                    == Set((0..<400).map { "{\"n\":\($0),\"sameThread\":true}" }))
            #expect(run.posts.count == 400)
            #expect(run.log.count == 1, "the handler is made once")
        }

        @Test("loops that share an actor keep out of each other's way")
        func sharedActor() async throws {
            let events = (0..<400).map { FakeRuntimeAPI.Event.plain("1", id: "id-\($0)") }
            let run = try await LoopRun(
                CountingHandler.self, events, together: 4, environment: four)
            #expect(run.exitCode == 0)
            #expect(Set(run.posts.map(\.body)).count == 400)
            #expect(run.posts.contains { $0.body == "{\"count\":4000,\"sameThread\":true}" })
            #expect(run.posts.allSatisfy { $0.body.hasSuffix("\"sameThread\":true}") })
        }

        @Test("SIGTERM ends every waiting loop with 0")
        func signalWhileWaiting() async throws {
            let termination = try Termination.onSignal()
            defer { signal(SIGTERM, SIG_DFL) }
            let run = try await LoopRun(
                FailingHandler.self, [.plain("1", id: "a")], together: 4, environment: four,
                termination: termination, whenDrained: { kill(getpid(), SIGTERM) })
            #expect(run.exitCode == 0)
            #expect(run.posts.count == 1)
            #expect(run.log.isEmpty)
        }

        @Test("SIGTERM lets the loop at work answer while the others leave")
        func signalWhileHandling() async throws {
            let termination = try Termination.onSignal()
            defer { signal(SIGTERM, SIG_DFL) }
            let run = try await LoopRun(
                TerminatingHandler.self, [.plain("1", id: "a")], together: 4, environment: four,
                termination: termination)
            #expect(run.exitCode == 0)
            #expect(run.posts.map(\.body) == ["\"finished\""])
            #expect(run.nextCount == 4)
            #expect(run.log.isEmpty)
        }

        @Test("a loop that fails ends the process with 1 after the others have answered")
        func failure() async throws {
            let run = try await LoopRun(
                HeldHandler.self,
                [.plain("\"hold-failure\"", id: "a"), .plain("2", id: "b", postStatus: 500)],
                together: 4, environment: four,
                whenPosted: { if $0.requestID == "b" { HeldHandler.gate("hold-failure").open() } })
            #expect(run.exitCode == 1)
            #expect(run.posts.map(\.requestID) == ["b", "a"])
            #expect(run.log.count == 1)
        }

        @Test("a Runtime API that refuses every loop at once ends the process with 1 and one line")
        func refusal() async throws {
            let run = try await LoopRun(
                FailingHandler.self, [], together: 4, drainedStatus: 500, environment: four)
            #expect(run.exitCode == 1)
            #expect(run.log.count == 1)
        }

        @Test("an init error ends the process before any event is asked for")
        func initError() async throws {
            let run = try await LoopRun(
                FailingHandler.self, [.plain("1", id: "a")],
                environment: four.merging(["INIT": "spoken"]) { $1 })
            #expect(run.exitCode == 1)
            #expect(run.nextCount == 0)
            #expect(run.posts.map(\.path) == ["POST /2018-06-01/runtime/init/error"])
        }

        @Test("the trace id is in the context only: the environment belongs to all loops")
        func traceID() async throws {
            unsetenv("_X_AMZN_TRACE_ID")
            let run = try await LoopRun(
                ContextHandler.self, [.plain("1", id: "a")], environment: four)
            let answer = try StrictJSON.parse(Array(try #require(run.posts.first).body.utf8))
            #expect(answer["trace"] == "Root=1-a")
            #expect(answer["environmentTrace"] == .null)
        }

        @Test("without the variable, or with 1, there is one loop", arguments: [nil, "", "1"])
        func classic(_ value: String?) async throws {
            let environment = value.map { ["AWS_LAMBDA_MAX_CONCURRENCY": $0] } ?? [:]
            let events = (0..<20).map { FakeRuntimeAPI.Event.plain("\($0)", id: "id-\($0)") }
            let run = try await LoopRun(ContextHandler.self, events, environment: environment)
            #expect(run.exitCode == 0)
            #expect(run.openMax == 1)
            #expect(run.posts.map(\.requestID) == events.map(\.requestID))
            let answer = try StrictJSON.parse(Array(try #require(run.posts.last).body.utf8))
            #expect(answer["environmentTrace"] == "Root=1-id-19")
        }

        @Test(
            "another value than a whole number from 1 to 1000 is an init error",
            arguments: [
                "0", "-1", "1001", "two", " 2", "2 ", "+2", "02", "2.0", "0x2", "٢",
                "99999999999999999999",
            ])
        func malformed(_ value: String) async throws {
            let run = try await LoopRun(
                FailingHandler.self, [.plain("1", id: "a")],
                environment: ["AWS_LAMBDA_MAX_CONCURRENCY": value])
            #expect(run.exitCode == 1)
            #expect(run.nextCount == 0)
            #expect(run.posts.map(\.path) == ["POST /2018-06-01/runtime/init/error"])
            #expect(run.posts.map(\.errorType) == ["Function.InvalidMaxConcurrency"])
            #expect(run.log.count == 1)
            #expect(run.log[0].contains("AWS_LAMBDA_MAX_CONCURRENCY is not a whole number"))
        }

        @Test("the smallest and the largest number of loops are taken", arguments: [2, 1000])
        func bounds(_ number: Int) throws {
            let environment = LambdaEnvironment(["AWS_LAMBDA_MAX_CONCURRENCY": "\(number)"])
            #expect(try MaxConcurrency(environment).value == number)
        }
    }
}
