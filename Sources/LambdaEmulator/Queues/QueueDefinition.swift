/// A queue of a template: `AWS::SQS::Queue`.
///
/// Source: "SetQueueAttributes" of the Amazon SQS API reference.
public struct QueueDefinition: Sendable, Hashable {
    /// Where messages go that were received too often.
    public struct Redrive: Sendable, Hashable {
        /// The name of a queue of the template.
        public var queue: String
        /// A message that was received so often is not received once more, 1 to 1,000.
        public var receiveCountMax: Int

        /// Makes a policy.
        public init(queue: String, receiveCountMax: Int) {
            self.queue = queue
            self.receiveCountMax = receiveCountMax
        }
    }

    /// `QueueName`, or the logical id; ends in `.fifo` for a FIFO queue.
    public var name: String
    /// Whether messages of one group are received in order, one batch at a time.
    public var isFIFO: Bool
    /// Whether a FIFO queue takes a body's hash as the deduplication id of a message without one.
    public var deduplicatesByContent: Bool
    /// `DeduplicationScope: messageGroup`: a deduplication id concerns its message's group alone.
    public var deduplicatesByGroup = false
    /// `DelaySeconds`: how long a new message cannot be received.
    public var delayMs: Int64
    /// `VisibilityTimeout`: how long a received message cannot be received again.
    public var visibilityTimeoutMs: Int64
    /// `MessageRetentionPeriod`: how old a message can become.
    public var retentionMs: Int64
    /// `ReceiveMessageWaitTimeSeconds`: how long a receiver waits for a first message.
    public var receiveWaitMs: Int64
    /// `MaximumMessageSize`: the largest body with its attributes.
    public var messageBytesMax: Int
    /// `RedrivePolicy`.
    public var redrive: Redrive?

    /// The defaults are those of Amazon SQS.
    public init(name: String) {
        self.name = name
        isFIFO = name.hasSuffix(".fifo")
        deduplicatesByContent = false
        delayMs = 0
        visibilityTimeoutMs = 30_000
        retentionMs = 345_600_000
        receiveWaitMs = 0
        messageBytesMax = 1024 * 1024
    }
}
