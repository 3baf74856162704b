extension TemplateReader {
    /// `AWS::Lambda::EventSourceMapping`, once functions, queues and tables are known.
    mutating func readSourceMapping(_ entry: YAMLNode.Entry) throws(TemplateError) {
        let properties = entry.value["Properties"] ?? YAMLNode(.mapping([]), line: entry.keyLine)
        let name = try text(properties, "FunctionName") ?? ""
        guard let function = template.functions.first(where: { Self.names(name, $0) }) else {
            return warn(
                properties["FunctionName"]?.line ?? entry.keyLine,
                "\(entry.key): not for a function of this template")
        }
        let arn = try text(properties, "EventSourceArn") ?? ""
        if arn.hasPrefix("arn:aws:sqs:") {
            try readQueueSource(properties, arnKey: "EventSourceArn", of: function)
        } else if arn.hasPrefix("arn:aws:dynamodb:") {
            try readStream(properties, arnKey: "EventSourceArn", of: function)
        } else {
            warn(entry.keyLine, "\(entry.key): neither a queue nor a table's stream: not read")
        }
    }

    /// Properties of a queue's source that change nothing here.
    private static let knownInQueueSources: Set = [
        "BatchSize", "Enabled", "EventSourceArn", "FilterCriteria", "FunctionName",
        "FunctionResponseTypes", "KmsKeyArn", "MaximumBatchingWindowInSeconds", "MetricsConfig",
        "ProvisionedPollerConfig", "Queue", "ScalingConfig", "Tags",
    ]

    /// An event of type `SQS`.
    mutating func readQueueSource(
        _ properties: YAMLNode, arnKey: String = "Queue", of function: FunctionDefinition
    ) throws(TemplateError) {
        guard let arn = try text(properties, arnKey) else {
            throw scope.error(properties, arnKey, "!GetAtt Queue.Arn was expected")
        }
        let line = properties[arnKey]?.line ?? properties.line
        guard let name = queueName(ofARN: arn),
            let queue = template.queues.first(where: { $0.name == name })
        else { return warn(line, "\(arnKey): not a queue of this template: it is not read") }
        try warn(of: properties, except: Self.knownInQueueSources)
        var source = QueueSourceDefinition(function: function.name, queue: name)
        source.windowMs = try windowMs(properties)
        if queue.isFIFO, source.windowMs > 0 {
            source.windowMs = 0
            let key = "MaximumBatchingWindowInSeconds"
            warn(properties[key]?.line ?? line, "\(key): does not apply to a FIFO queue")
        }
        source.batchSize =
            try number(properties, "BatchSize", in: 1...(queue.isFIFO ? 10 : 10_000)) ?? 10
        guard source.batchSize <= 10 || source.windowMs > 0 else {
            throw scope.error(
                properties["BatchSize"] ?? properties, "BatchSize",
                "at most 10, or MaximumBatchingWindowInSeconds: 1 at least, was expected")
        }
        source.reportsItemFailures = try reportsItemFailures(properties)
        if let scaling = try mapping(properties, "ScalingConfig") {
            source.concurrencyMax = try number(scaling, "MaximumConcurrency", in: 2...1_000)
        }
        source.filters = try filters(properties)
        if queue.visibilityTimeoutMs < function.timeoutMs {
            warn(
                line,
                "\(arnKey): the queue's VisibilityTimeout is shorter than the function's Timeout: "
                    + "AWS refuses that")
        }
        if try flag(properties, "Enabled") ?? true { template.queueSources.append(source) }
    }

    /// `MaximumBatchingWindowInSeconds`.
    func windowMs(_ properties: YAMLNode) throws(TemplateError) -> Int64 {
        Int64(try number(properties, "MaximumBatchingWindowInSeconds", in: 0...300) ?? 0) * 1_000
    }

    /// `FunctionResponseTypes`, of which there is one.
    func reportsItemFailures(_ properties: YAMLNode) throws(TemplateError) -> Bool {
        guard let node = properties["FunctionResponseTypes"] else { return false }
        guard let items = try scope.resolve(node)?.items,
            items.allSatisfy({ $0.scalar == "ReportBatchItemFailures" })
        else {
            throw scope.error(
                node, "FunctionResponseTypes", "a list of ReportBatchItemFailures was expected")
        }
        return !items.isEmpty
    }

    /// No filters at all when one is not understood: too much reaches the function, never too
    /// little.
    mutating func filters(_ properties: YAMLNode) throws(TemplateError) -> [EventFilter] {
        guard let criteria = properties["FilterCriteria"] else { return [] }
        guard let items = criteria["Filters"]?.items else {
            throw scope.error(criteria, "FilterCriteria", "a list of Filters was expected")
        }
        var filters: [EventFilter] = []
        for item in items {
            guard let pattern = try text(item, "Pattern") else {
                throw scope.error(item, "Filters", "a Pattern, JSON text, was expected")
            }
            guard let filter = EventFilter(pattern: pattern) else {
                let line = item["Pattern"]?.line ?? item.line
                warn(line, "Pattern: is not understood: every record passes")
                return []
            }
            filters.append(filter)
        }
        return filters
    }
}
