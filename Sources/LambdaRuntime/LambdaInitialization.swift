/// What a function starts from.
public struct LambdaInitialization: Sendable {
    /// The process environment, or what a test puts in its place.
    public let environment: LambdaEnvironment
    /// Logs without a request id: the init phase belongs to none.
    public let logger: LambdaLogger

    /// Makes one for a test.
    public init(environment: LambdaEnvironment, logger: LambdaLogger = LambdaLogger()) {
        self.environment = environment
        self.logger = logger
    }
}
