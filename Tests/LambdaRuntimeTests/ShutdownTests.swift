import Locking
import StrictJSON
import Testing

@testable import LambdaRuntime

/// In the run loop's suite because the environment belongs to the whole process.
extension RunLoopTests {
    @Suite("The end of a process", .timeLimit(.minutes(1)))
    struct ShutdownTests {
        /// Notes what happens, in order.
        private final class Notes: Sendable {
            private let lines = Locked<[String]>([])
            var all: [String] { lines.withLock { $0 } }
            func add(_ line: String) { lines.withLock { $0.append(line) } }
        }

        private func run(
            _ notes: Notes, hasExtensions: Bool, drainedStatus: Int? = nil,
            environment: [String: String] = [:]
        ) async throws -> (exitCode: Int32, calls: [String], log: [String]) {
            let termination = try Termination()
            let api = try FakeRuntimeAPI(
                [.plain("1", id: "a"), .plain("2", id: "b")], drainedStatus: drainedStatus,
                hasExtensions: hasExtensions,
                whenDrained: { if drainedStatus == nil { termination.raise() } })
            defer { api.stop() }
            let lines = LogLines()
            let process = FunctionProcess(
                api.authority, termination, lines.logger(.debug), environment)
            defer { process.timer.stop() }
            let code = await process.run { _ in
                var function = Function(
                    .buffered { payload, _ in
                        notes.add(String(decoding: payload, as: UTF8.self))
                        return payload
                    })
                function.shutdown = { notes.add("end, cancelled: \(Task.isCancelled)") }
                return function
            }
            if hasExtensions { await api.extensionWaits.wait() }
            return (code, api.extensionCalls, lines.all)
        }

        @Test("an extension without events is registered, and the function is told of the end")
        func announced() async throws {
            let notes = Notes()
            let run = try await run(notes, hasExtensions: true)
            #expect(run.exitCode == 0)
            #expect(notes.all == ["1", "2", "end, cancelled: false"])
            #expect(
                run.calls == [
                    #"POST /2020-01-01/extension/register {"events":[]}"#,
                    "GET /2020-01-01/extension/event/next ext-1",
                ])
            #expect(run.log.isEmpty)
        }

        @Test("several loops are all over before the function is told, once")
        func concurrent() async throws {
            let notes = Notes()
            let run = try await run(
                notes, hasExtensions: true, environment: ["AWS_LAMBDA_MAX_CONCURRENCY": "3"])
            #expect(run.exitCode == 0)
            #expect(notes.all.sorted() == ["1", "2", "end, cancelled: false"])
            #expect(notes.all.last == "end, cancelled: false")
        }

        @Test("a platform without extensions serves the function all the same")
        func notAnnounced() async throws {
            let notes = Notes()
            let run = try await run(notes, hasExtensions: false)
            #expect(run.exitCode == 0)
            #expect(notes.all == ["1", "2", "end, cancelled: false"])
            #expect(run.calls.count == 1)
            #expect(run.log.count == 1)
            #expect(run.log.first?.contains("does not announce") == true)
        }

        @Test("a Runtime API that fails is no orderly end")
        func failure() async throws {
            let notes = Notes()
            let run = try await run(notes, hasExtensions: true, drainedStatus: 500)
            #expect(run.exitCode == 1)
            #expect(notes.all == ["1", "2"])
        }

        private struct Ending: LambdaHandler, LambdaShutdown {
            let notes = Notes()
            init(_ initialization: LambdaInitialization) {}
            func handle(_ event: JSONValue, _ context: LambdaContext) -> JSONValue { event }
            func shutdown() { notes.add("ended") }
        }

        @Test("a function that conforms to the protocol brings its end with it")
        func conformance() async {
            let handler = Ending(LambdaInitialization(environment: LambdaEnvironment([:])))
            #expect(handler.function.shutdown == nil)
            await handler.ending(handler.function).shutdown?()
            #expect(handler.notes.all == ["ended"])
        }
    }
}
