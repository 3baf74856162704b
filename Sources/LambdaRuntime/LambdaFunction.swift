/// What every function has: an init phase, and time to end in before its deadline.
///
/// A function conforms to ``LambdaHandler``, which returns its answer, or to
/// ``LambdaStreamingHandler``, which sends it piece by piece.
///
/// Where AWS_LAMBDA_MAX_CONCURRENCY is from 2 to 1,000 (Lambda Managed Instances), the one value
/// handles that many events at once, each on a thread that may block; otherwise one at a time.
public protocol LambdaFunction: Sendable {
    /// The init phase: reads the configuration and opens what every invocation uses.
    ///
    /// - Throws: Any error; it is reported as the init error and the process exits with 1.
    init(_ initialization: LambdaInitialization) async throws

    /// How long before its deadline an invocation's task is cancelled; 50 ms unless said otherwise.
    ///
    /// At the deadline itself the platform ends the process. Cancellation gives code that heeds it
    /// (`Task.sleep`, `Task.checkCancellation()`, a cancellation handler) the time to undo and to
    /// throw; the error is then reported in place of the platform's timeout. Code that does not
    /// heed it runs on. An event that comes with a deadline that has passed is never cancelled.
    static var deadlineMargin: Duration { get }
}

extension LambdaFunction {
    /// 50 ms.
    public static var deadlineMargin: Duration { .milliseconds(50) }
}
