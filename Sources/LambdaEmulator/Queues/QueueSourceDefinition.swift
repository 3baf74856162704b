/// A queue whose messages a function is invoked with.
///
/// Source: "Configuring an Amazon SQS event source" of the AWS Lambda developer guide.
public struct QueueSourceDefinition: Sendable, Hashable {
    /// The function's name.
    public var function: String
    /// The queue's name.
    public var queue: String
    /// How many messages one invocation gets at most, 1 to 10,000.
    public var batchSize: Int
    /// `MaximumBatchingWindowInSeconds`: how long the first message of a batch waits for others.
    public var windowMs: Int64 = 0
    /// `ReportBatchItemFailures`: the function names the messages that it has failed with.
    public var reportsItemFailures = false
    /// `ScalingConfig.MaximumConcurrency`: how many batches are in flight at most; nil leaves three
    /// quarters of the function's concurrency to others.
    public var concurrencyMax: Int?
    /// A message must pass one of them, or is removed; without any all do.
    public var filters: [EventFilter] = []

    /// Makes a source.
    public init(function: String, queue: String, batchSize: Int = 10) {
        self.function = function
        self.queue = queue
        self.batchSize = batchSize
    }
}
