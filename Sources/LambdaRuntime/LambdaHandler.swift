import StrictJSON

/// A function: made once in the init phase, then given one event after another.
///
/// ```swift
/// @main struct Hello: LambdaHandler {
///     init(_ initialization: LambdaInitialization) {}
///     func handle(_ event: JSONValue, _ context: LambdaContext) -> JSONValue { "hello" }
/// }
/// ```
///
/// Where AWS_LAMBDA_MAX_CONCURRENCY is from 2 to 1,000 (Lambda Managed Instances), the one value
/// handles that many events at once, each on a thread that may block; otherwise one at a time.
public protocol LambdaHandler: Sendable {
    /// What the function takes.
    associatedtype Event: LambdaEvent
    /// What the function answers.
    associatedtype Output: LambdaOutput

    /// The init phase: reads the configuration and opens what every invocation uses.
    ///
    /// - Throws: Any error; it is reported as the init error and the process exits with 1.
    init(_ initialization: LambdaInitialization) async throws

    /// Handles one event; its loop's next one comes when this returns.
    ///
    /// - Throws: Any error; it is reported as the invocation's error and the process goes on. The
    ///   caller sees only what ``LambdaFailure`` makes public.
    func handle(_ event: Event, _ context: LambdaContext) async throws -> Output
}

extension LambdaHandler {
    /// Runs the function until the platform ends the process; the entry point of `@main`.
    ///
    /// Exits with 0 after SIGTERM, with 1 when the init phase or the Runtime API fails.
    public static func main() {
        MainThread.run { await runFunction(Self.self) }
    }

    /// One invocation without a platform, for tests: decodes, handles, encodes.
    public func invoke(
        payload: [UInt8], context: LambdaContext = LambdaContext()
    ) async throws -> [UInt8] {
        try await handle(Event(lambdaPayload: payload), context).lambdaPayload()
    }
}

/// Puts the run loop together, runs it and returns the exit code.
private func runFunction<Handler: LambdaHandler>(_ type: Handler.Type) async -> Int32 {
    let environment = LambdaEnvironment.process()
    let logger = LambdaLogger(minimum: LambdaLogger.Level(environment))
    guard let authority = environment["AWS_LAMBDA_RUNTIME_API"], !authority.isEmpty else {
        logger.error("AWS_LAMBDA_RUNTIME_API is not set")
        return 1
    }
    do {
        let termination = try Termination.onSignal()
        let client = try RuntimeAPIClient(
            authority: authority, interruption: termination.interruption)
        let loop = RunLoop<Handler>(
            client: client, termination: termination,
            initialization: LambdaInitialization(environment: environment, logger: logger))
        return await loop.run()
    } catch {
        logger.error("runtime cannot start", ["error": .string(ErrorReport(error).message)])
        return 1
    }
}
