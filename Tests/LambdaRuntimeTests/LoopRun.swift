import Locking
import StrictJSON

@testable import LambdaRuntime

/// Collects log lines.
final class LogLines: Sendable {
    private let lines = Locked<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func logger(
        _ minimum: LambdaLogger.Level = .info, format: LambdaLogger.Format = .json
    ) -> LambdaLogger {
        LambdaLogger(
            minimum: minimum, format: format, now: { 1_700_000_000_123 },
            sink: { line in
                self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
            })
    }
}

/// Runs a function's loops against a fake Runtime API until they end.
struct LoopRun {
    let exitCode: Int32
    let posts: [FakeRuntimeAPI.Post]
    let nextCount: Int
    let openMax: Int
    let log: [String]

    init<Handler: LambdaHandler>(
        _ type: Handler.Type, _ events: [FakeRuntimeAPI.Event], together: Int = 1,
        drainedStatus: Int? = nil, environment: [String: String] = [:],
        termination: Termination? = nil, timer: DeadlineTimer? = nil,
        whenPosted: @escaping @Sendable (FakeRuntimeAPI.Post) -> Void = { _ in },
        whenDrained: (@Sendable () -> Void)? = nil
    ) async throws {
        let termination = try termination ?? Termination()
        let api = try FakeRuntimeAPI(
            events, together: together, drainedStatus: drainedStatus, whenPosted: whenPosted,
            whenDrained: whenDrained ?? { if drainedStatus == nil { termination.raise() } })
        defer { api.stop() }
        let lines = LogLines()
        let process = FunctionProcess(
            api.authority, termination, lines.logger(), environment, timer: timer)
        exitCode = await process.runToEnd(type)
        posts = api.posts
        nextCount = api.nextCount
        openMax = api.openMax
        log = lines.all
    }
}

extension FunctionProcess {
    /// A process of a test, at an API of the test.
    init(
        _ authority: String, _ termination: Termination, _ logger: LambdaLogger,
        _ environment: [String: String] = [:], timer: DeadlineTimer? = nil
    ) {
        self.init(
            authority: authority, termination: termination,
            initialization: LambdaInitialization(
                environment: LambdaEnvironment(environment), logger: logger),
            timer: timer ?? DeadlineTimer(margin: .zero))
    }

    /// Runs a handler until it ends, and gives the exit code.
    func runToEnd<Handler: LambdaHandler>(_ type: Handler.Type) async -> Int32 {
        defer { timer.stop() }
        return await run { try await Handler($0).function }
    }

    /// Runs a streaming handler until it ends, and gives the exit code.
    func runToEnd<Handler: LambdaStreamingHandler>(_ type: Handler.Type) async -> Int32 {
        defer { timer.stop() }
        return await run { try await Handler($0).function }
    }
}
