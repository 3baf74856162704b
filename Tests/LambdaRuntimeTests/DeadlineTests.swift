import StrictJSON
import TextEncoding
import Testing

@testable import LambdaRuntime

/// In the run loop's suite because the environment belongs to the whole process.
extension RunLoopTests {
    @Suite("Deadlines", .timeLimit(.minutes(1)))
    struct DeadlineTests {
        private let time = TestTime()

        private func event(_ payload: String, _ id: String) -> FakeRuntimeAPI.Event {
            var event = FakeRuntimeAPI.Event.plain("\"\(payload)\"", id: id)
            event.fields.removeAll { $0.0 == "Lambda-Runtime-Deadline-Ms" }
            event.fields.append(("Lambda-Runtime-Deadline-Ms", "\(TestTime.deadlineMs)"))
            return event
        }

        /// Runs events of a ``PatientHandler``; the clock reaches the margin when one waits.
        private func run(
            _ events: [FakeRuntimeAPI.Event], together: Int = 1,
            environment: [String: String] = [:]
        ) async throws -> LoopRun {
            let timer = time.timer()
            async let run = LoopRun(
                PatientHandler.self, events, together: together, environment: environment,
                timer: timer)
            for event in events where event.payload.contains("-") {
                let name = try StrictJSON.parse(Array(event.payload.utf8)).string ?? ""
                await HeldHandler.gate(name).wait()
            }
            time.set(msBeforeDeadline: 50, timer)
            return try await run
        }

        @Test("at the margin before it the task is cancelled, and what it throws is posted")
        func cancelled() async throws {
            let run = try await run([event("sleep-1", "a"), event("cancelled", "b")])
            #expect(run.exitCode == 0)
            #expect(
                run.posts.map(\.path) == [
                    "POST /2018-06-01/runtime/invocation/a/error",
                    "POST /2018-06-01/runtime/invocation/b/response",
                ])
            #expect(run.posts.first?.errorType == "Function.DeadlineExceeded")
            #expect(run.posts.last?.body == "false", "the next event has a task of its own")
            #expect(run.log.count == 1)
        }

        @Test("an error of the handler's own is posted as it is")
        func ownError() async throws {
            let run = try await run([event("throw-1", "a"), event("cancelled", "b")])
            #expect(run.posts.first?.errorType == "Function.CardMissing")
            #expect(run.posts.last?.body == "false")
        }

        @Test("a handler that returns in time has its answer posted")
        func answer() async throws {
            let run = try await run([event("answer-1", "a"), event("cancelled", "b")])
            #expect(run.posts.map(\.body) == ["true", "false"])
            #expect(run.log.isEmpty)
        }

        @Test("with several loops only the late invocation is cancelled, and its loop goes on")
        func concurrent() async throws {
            var events = [event("sleep-2", "a")]
            events += (0..<40).map { .plain("\"cancelled\"", id: "b-\($0)") }
            let run = try await run(events, environment: ["AWS_LAMBDA_MAX_CONCURRENCY": "4"])
            #expect(run.exitCode == 0)
            #expect(run.posts.count == 41)
            #expect(run.posts.filter { $0.path.hasSuffix("/error") }.map(\.requestID) == ["a"])
            #expect(run.posts.filter { $0.body == "false" }.count == 40)
        }

        @Test("of several late invocations each is cancelled")
        func allLoops() async throws {
            let run = try await run(
                [event("sleep-3", "a"), event("throw-3", "b"), event("answer-3", "c")],
                environment: ["AWS_LAMBDA_MAX_CONCURRENCY": "3"])
            #expect(run.exitCode == 0)
            #expect(Set(run.posts.map(\.requestID)) == ["a", "b", "c"])
        }

        @Test("a streamed answer that has begun ends with the error in its trailers")
        func streaming() async throws {
            let timer = time.timer()
            let termination = try Termination()
            let api = StreamedRuntimeAPI(
                event: #"["write one","sleep 1"]"#,
                whenChunk: { [time] _ in time.set(msBeforeDeadline: 50, timer) },
                whenPosted: { termination.raise() })
            defer { api.stop() }
            let process = FunctionProcess(
                api.authority, termination, LogLines().logger(), timer: timer)
            #expect(await process.runToEnd(ScriptedStream.self) == 0)
            let post = try #require(api.posts.first)
            #expect(
                post.trailers["lambda-runtime-function-error-type"]
                    == "Function.DeadlineExceeded")
        }

        @Test("a watch cancels from its due time on, once, and only while it is armed")
        func watch() async throws {
            let timer = time.timer(margin: .milliseconds(10))
            defer { timer.stop() }
            let dueMs = TestTime.deadlineMs - 10
            await Task {
                guard let watch = InvocationWatch(timer) else {
                    Issue.record("there is a task")
                    return
                }
                defer { watch.end() }
                #expect(watch.cancelIfDue(.max) == .max)
                watch.arm(deadlineMs: TestTime.deadlineMs)
                #expect(watch.cancelIfDue(dueMs - 1) == dueMs)
                #expect(!watch.disarm())
                #expect(watch.cancelIfDue(dueMs) == .max)
                #expect(!Task.isCancelled)
                watch.arm(deadlineMs: TestTime.deadlineMs)
                #expect(watch.cancelIfDue(dueMs) == .max)
                #expect(Task.isCancelled)
                #expect(watch.disarm())
                #expect(!watch.disarm())
            }.value
        }

        @Test(
            "a deadline that has passed, or none at all, cancels nothing",
            arguments: [Int64.min, -1, 0, 600_000, TestTime.deadlineMs - 60_000 + 10])
        func noDeadline(_ deadlineMs: Int64) async {
            let timer = time.timer(margin: .milliseconds(10))
            defer { timer.stop() }
            await Task {
                let watch = InvocationWatch(timer)
                watch?.arm(deadlineMs: deadlineMs)
                #expect(watch?.cancelIfDue(.max) == .max)
                #expect(watch?.disarm() == false)
                watch?.end()
            }.value
        }

        @Test("the thread is told of a deadline once, not of later ones")
        func told() {
            let timer = time.timer()
            defer { timer.stop() }
            #expect(timer.mustBeTold(of: TestTime.deadlineMs))
            timer.tell(of: TestTime.deadlineMs)
            #expect(!timer.mustBeTold(of: TestTime.deadlineMs))
            #expect(!timer.mustBeTold(of: TestTime.deadlineMs + 1))
            #expect(timer.mustBeTold(of: TestTime.deadlineMs - 1))
        }

        @Test(
            "a margin is taken in whole milliseconds, and never below zero",
            arguments: [
                (Duration.milliseconds(50), 50), (.zero, 0), (.seconds(-1), 0),
                (.microseconds(1_999), 1), (.seconds(2), 2000), (.seconds(Int64.max), .max),
            ] as [(Duration, Int64)])
        func margin(_ margin: Duration, _ ms: Int64) {
            #expect(DeadlineTimer(margin: margin).marginMs == ms)
        }
    }
}
