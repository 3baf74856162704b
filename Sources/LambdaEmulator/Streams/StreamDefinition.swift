/// A table whose changes a function is invoked with.
///
/// Source: "Processing DynamoDB records with Lambda" of the AWS Lambda developer guide.
public struct StreamDefinition: Sendable, Hashable {
    /// The function's name.
    public var function: String
    /// The table resource's logical id.
    public var table: String
    /// The SQLite file.
    public var storePath: String
    /// The table's name in the file.
    public var tableName: String
    /// How many records one invocation gets at most.
    public var batchSize: Int
    /// A record must pass one of them; without any all do.
    public var filters: [EventFilter]
    /// `StartingPosition: LATEST`: what is in the stream before the first start is passed over.
    public var startsAtLatest = false
    /// `MaximumBatchingWindowInSeconds`: how long the first record of a batch waits for others.
    public var windowMs: Int64 = 0
    /// `ReportBatchItemFailures`: the function names the first record that it has failed with.
    public var reportsItemFailures = false
    /// `BisectBatchOnFunctionError`: a batch that failed comes again in two halves.
    public var bisects = false
    /// `MaximumRetryAttempts`: how often a failed batch is tried again; nil until it succeeds.
    public var retryAttemptsMax: Int?
    /// `MaximumRecordAgeInSeconds`: how old a record may become; nil is for ever.
    public var recordAgeMaxMs: Int64?
    /// The queue that is told of records that were given up.
    public var onFailureQueue: String?

    /// Makes a stream.
    public init(
        function: String, table: String, storePath: String, tableName: String,
        batchSize: Int = 100, filters: [EventFilter] = []
    ) {
        self.function = function
        self.table = table
        self.storePath = storePath
        self.tableName = tableName
        self.batchSize = batchSize
        self.filters = filters
    }
}
