extension TemplateReader {
    /// Properties of a queue that change nothing here, or nothing that its users could see.
    private static let silentInQueues: Set = [
        "KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "RedriveAllowPolicy",
        "SqsManagedSseEnabled", "Tags",
    ]
    private static let knownInQueues: Set = [
        "ContentBasedDeduplication", "DelaySeconds", "FifoQueue", "MaximumMessageSize",
        "MessageRetentionPeriod", "QueueName", "ReceiveMessageWaitTimeSeconds", "RedrivePolicy",
        "VisibilityTimeout", "DeduplicationScope", "FifoThroughputLimit",
    ]

    /// `AWS::SQS::Queue`.
    mutating func readQueue(_ entry: YAMLNode.Entry) throws(TemplateError) {
        let properties = entry.value["Properties"] ?? YAMLNode(.mapping([]), line: entry.keyLine)
        try warn(of: properties, except: Self.silentInQueues.union(Self.knownInQueues))
        var queue = QueueDefinition(name: try scope.physicalName(of: entry.key))
        guard try flag(properties, "FifoQueue") ?? false == queue.isFIFO else {
            throw scope.error(
                properties["QueueName"] ?? properties, "QueueName",
                "a name that ends in .fifo, and FifoQueue: true, or neither was expected")
        }
        queue.deduplicatesByContent = try flag(properties, "ContentBasedDeduplication") ?? false
        queue.deduplicatesByGroup = try deduplicatesByGroup(properties)
        queue.delayMs = try ms(properties, "DelaySeconds", in: 0...900) ?? queue.delayMs
        queue.visibilityTimeoutMs =
            try ms(properties, "VisibilityTimeout", in: 0...43_200) ?? queue.visibilityTimeoutMs
        queue.retentionMs =
            try ms(properties, "MessageRetentionPeriod", in: 60...1_209_600) ?? queue.retentionMs
        queue.receiveWaitMs =
            try ms(properties, "ReceiveMessageWaitTimeSeconds", in: 0...20) ?? queue.receiveWaitMs
        queue.messageBytesMax =
            try number(properties, "MaximumMessageSize", in: 1_024...1_048_576)
            ?? queue.messageBytesMax
        template.queues.append(queue)
    }

    /// `RedrivePolicy` of a queue, once all queues are known.
    mutating func readRedrive(_ entry: YAMLNode.Entry) throws(TemplateError) {
        guard let properties = entry.value["Properties"],
            let policy = try mapping(properties, "RedrivePolicy")
        else { return }
        guard let arn = try text(policy, "deadLetterTargetArn"),
            let count = try number(policy, "maxReceiveCount", in: 1...1_000)
        else {
            throw scope.error(
                policy, "RedrivePolicy", "deadLetterTargetArn and maxReceiveCount were expected")
        }
        let name = try scope.physicalName(of: entry.key)
        guard let index = template.queues.firstIndex(where: { $0.name == name }) else { return }
        let line = policy["deadLetterTargetArn"]?.line ?? policy.line
        guard let target = template.queues.first(where: { scope.queueARN($0.name) == arn }) else {
            return warn(line, "deadLetterTargetArn: not a queue of this template: none is used")
        }
        guard target.isFIFO == template.queues[index].isFIFO else {
            throw scope.error(
                policy, "deadLetterTargetArn", "a FIFO queue was expected for a FIFO queue only")
        }
        template.queues[index].redrive = QueueDefinition.Redrive(
            queue: target.name, receiveCountMax: count)
    }

    private func deduplicatesByGroup(_ properties: YAMLNode) throws(TemplateError) -> Bool {
        let key = "DeduplicationScope"
        guard let scopeName = try text(properties, key) else { return false }
        guard ["messageGroup", "queue"].contains(scopeName) else {
            throw scope.error(
                properties[key] ?? properties, key, "messageGroup or queue was expected")
        }
        return scopeName == "messageGroup"
    }

    private func ms(
        _ properties: YAMLNode, _ key: String, in seconds: ClosedRange<Int>
    ) throws(TemplateError) -> Int64? {
        try number(properties, key, in: seconds).map { Int64($0) * 1_000 }
    }
}
