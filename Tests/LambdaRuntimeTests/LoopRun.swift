import Locking
import StrictJSON

@testable import LambdaRuntime

/// Collects log lines.
final class LogLines: Sendable {
    private let lines = Locked<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func logger(_ minimum: LambdaLogger.Level = .info) -> LambdaLogger {
        LambdaLogger(
            minimum: minimum, now: { 1_700_000_000_123 },
            sink: { line in
                self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
            })
    }
}

/// Runs a handler's loop against a fake Runtime API until it ends.
struct LoopRun {
    let exitCode: Int32
    let posts: [FakeRuntimeAPI.Post]
    let nextCount: Int
    let openMax: Int
    let log: [String]

    init<Handler: LambdaHandler>(
        _ type: Handler.Type, _ events: [FakeRuntimeAPI.Event], together: Int = 1,
        drainedStatus: Int? = nil, environment: [String: String] = [:],
        termination: Termination? = nil,
        whenPosted: @escaping @Sendable (FakeRuntimeAPI.Post) -> Void = { _ in },
        whenDrained: (@Sendable () -> Void)? = nil
    ) async throws {
        let termination = try termination ?? Termination()
        let api = try FakeRuntimeAPI(
            events, together: together, drainedStatus: drainedStatus, whenPosted: whenPosted,
            whenDrained: whenDrained ?? { if drainedStatus == nil { termination.raise() } })
        defer { api.stop() }
        let lines = LogLines()
        let loop = RunLoop<Handler>(
            client: try RuntimeAPIClient(
                authority: api.authority, interruption: termination.interruption),
            termination: termination,
            initialization: LambdaInitialization(
                environment: LambdaEnvironment(environment), logger: lines.logger()))
        exitCode = await loop.run()
        posts = api.posts
        nextCount = api.nextCount
        openMax = api.openMax
        log = lines.all
    }
}
