extension TemplateReader {
    mutating func readStream(
        _ properties: YAMLNode, arnKey: String = "Stream", of function: FunctionDefinition
    ) throws(TemplateError) {
        guard let arn = try text(properties, arnKey) else {
            throw scope.error(properties, arnKey, "!GetAtt Table.StreamArn was expected")
        }
        for key in ["TumblingWindowInSeconds", "ParallelizationFactor"] {
            if let node = properties[key] { warn(node.line, "\(key): is not emulated") }
        }
        let line = properties[arnKey]?.line ?? properties.line
        guard let table = try table(ofStream: arn) else {
            return warn(
                line, "\(arnKey): not the stream of a table of this template: it is not read")
        }
        guard let local = table.resource["Metadata"]?["LocalTable"] else {
            return warn(line, "\(arnKey): \(table.logicalID) has no Metadata.LocalTable: not read")
        }
        guard let store = try text(local, "Store"), store.hasPrefix("sqlite:"),
            let name = try text(local, "Name")
        else {
            throw scope.error(local, "LocalTable", "Store: sqlite:PATH and Name were expected")
        }
        var stream = StreamDefinition(
            function: function.name, table: table.logicalID,
            storePath: Self.path(ofStore: store), tableName: name,
            batchSize: try number(properties, "BatchSize", in: 1...10_000) ?? 100,
            filters: try filters(properties))
        try readFailurePolicy(properties, of: &stream)
        if try flag(properties, "Enabled") ?? true { template.streams.append(stream) }
    }

    private mutating func readFailurePolicy(
        _ properties: YAMLNode, of stream: inout StreamDefinition
    ) throws(TemplateError) {
        stream.startsAtLatest = try text(properties, "StartingPosition") == "LATEST"
        stream.windowMs = try windowMs(properties)
        stream.reportsItemFailures = try reportsItemFailures(properties)
        stream.bisects = try flag(properties, "BisectBatchOnFunctionError") ?? false
        // -1 is without a bound.
        let attempts = try number(properties, "MaximumRetryAttempts", in: -1...10_000) ?? -1
        stream.retryAttemptsMax = attempts < 0 ? nil : attempts
        let ageSeconds = try number(properties, "MaximumRecordAgeInSeconds", in: -1...604_800) ?? -1
        guard ageSeconds < 0 || ageSeconds >= 60 else {
            throw scope.error(
                properties["MaximumRecordAgeInSeconds"] ?? properties,
                "MaximumRecordAgeInSeconds", "-1, or a number from 60 to 604800, was expected")
        }
        stream.recordAgeMaxMs = ageSeconds < 0 ? nil : Int64(ageSeconds) * 1_000
        guard let destinations = try mapping(properties, "DestinationConfig"),
            let node = try mapping(destinations, "OnFailure")
        else { return }
        let name = try text(node, "Destination").flatMap(queueName)
        if name == nil {
            warn(node.line, "OnFailure: not a queue of this template: nothing is sent there")
        }
        stream.onFailureQueue = name
    }

    private func table(
        ofStream arn: String
    ) throws(TemplateError) -> (logicalID: String, resource: YAMLNode)? {
        for (logicalID, resource) in scope.resources
        where resource["Type"]?.scalar == "AWS::DynamoDB::Table" {
            let node = YAMLNode(.scalar("", isPlain: false), line: 0)
            if try scope.attribute("\(logicalID).StreamArn", at: node).scalar == arn {
                return (logicalID, resource)
            }
        }
        return nil
    }

    /// `sqlite:PATH` or `sqlite:///PATH`; a relative path counts from the current folder.
    private static func path(ofStore store: String) -> String {
        var path = store.dropFirst("sqlite:".count)
        if path.hasPrefix("//") { path = path.dropFirst(2) }
        return FileContent.absolute(String(path.prefix { $0 != "?" }), in: ".")
    }
}
