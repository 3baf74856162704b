internal import StrictJSON

/// What `GetQueueAttributes` tells of a queue.
enum QueueAttributes {
    /// All that can be asked for; of the last ones there is nothing to tell.
    static let names: Set = [
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed", "CreatedTimestamp", "LastModifiedTimestamp",
        "QueueArn", "VisibilityTimeout", "MaximumMessageSize", "MessageRetentionPeriod",
        "DelaySeconds", "ReceiveMessageWaitTimeSeconds", "SqsManagedSseEnabled", "RedrivePolicy",
        "FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit",
        "Policy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "RedriveAllowPolicy",
    ]

    static func all(
        of queue: QueueDefinition, _ counts: MessageCounts, _ service: QueueService
    ) -> [(name: String, value: String)] {
        let created = String(service.startedMs / 1_000)
        var all = [
            ("ApproximateNumberOfMessages", String(counts.visible)),
            ("ApproximateNumberOfMessagesNotVisible", String(counts.inFlight)),
            ("ApproximateNumberOfMessagesDelayed", String(counts.delayed)),
            ("CreatedTimestamp", created), ("LastModifiedTimestamp", created),
            ("QueueArn", service.arn(of: queue.name)),
            ("VisibilityTimeout", String(queue.visibilityTimeoutMs / 1_000)),
            ("MaximumMessageSize", String(queue.messageBytesMax)),
            ("MessageRetentionPeriod", String(queue.retentionMs / 1_000)),
            ("DelaySeconds", String(queue.delayMs / 1_000)),
            ("ReceiveMessageWaitTimeSeconds", String(queue.receiveWaitMs / 1_000)),
            ("SqsManagedSseEnabled", "true"),
        ]
        if let redrive = queue.redrive {
            let policy: JSONValue = [
                "deadLetterTargetArn": .string(service.arn(of: redrive.queue)),
                "maxReceiveCount": .number(JSONNumber(Int64(redrive.receiveCountMax))),
            ]
            all.append(("RedrivePolicy", String(decoding: policy.serialized(), as: UTF8.self)))
        }
        if queue.isFIFO {
            let deduplicates = queue.deduplicatesByContent ? "true" : "false"
            all += [
                ("FifoQueue", "true"), ("ContentBasedDeduplication", deduplicates),
                ("DeduplicationScope", queue.deduplicatesByGroup ? "messageGroup" : "queue"),
                ("FifoThroughputLimit", "perQueue"),
            ]
        }
        return all
    }
}
