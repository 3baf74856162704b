extension TemplateReader {
    mutating func readStream(
        _ properties: YAMLNode, of function: FunctionDefinition
    ) throws(TemplateError) {
        guard let arn = try text(properties, "Stream") else {
            throw scope.error(properties, "Stream", "!GetAtt Table.StreamArn was expected")
        }
        for key in ["FunctionResponseTypes", "TumblingWindowInSeconds"] {
            if let node = properties[key] { warn(node.line, "\(key): is not emulated") }
        }
        if try text(properties, "Enabled")?.lowercased() == "false" { return }
        var batchSize = 100
        if let node = properties["BatchSize"] {
            guard let count = try scope.resolve(node)?.scalar.flatMap({ Int($0) }),
                (1...10_000).contains(count)
            else { throw scope.error(node, "BatchSize", "a number from 1 to 10000 was expected") }
            batchSize = count
        }
        let line = properties["Stream"]?.line ?? properties.line
        guard let table = try table(ofStream: arn) else {
            return warn(line, "Stream: not the stream of a table of this template: it is not read")
        }
        guard let local = table.resource["Metadata"]?["LocalTable"] else {
            return warn(line, "Stream: \(table.logicalID) has no Metadata.LocalTable: not read")
        }
        guard let store = try text(local, "Store"), store.hasPrefix("sqlite:"),
            let name = try text(local, "Name")
        else {
            throw scope.error(local, "LocalTable", "Store: sqlite:PATH and Name were expected")
        }
        template.streams.append(
            StreamDefinition(
                function: function.name, table: table.logicalID,
                storePath: Self.path(ofStore: store), tableName: name, batchSize: batchSize,
                filters: try filters(properties)))
    }

    /// No filters at all when one is not understood: too much reaches the function, never too
    /// little.
    private mutating func filters(_ properties: YAMLNode) throws(TemplateError) -> [StreamFilter] {
        guard let criteria = properties["FilterCriteria"] else { return [] }
        guard let items = criteria["Filters"]?.items else {
            throw scope.error(criteria, "FilterCriteria", "a list of Filters was expected")
        }
        var filters: [StreamFilter] = []
        for item in items {
            guard let pattern = try text(item, "Pattern") else {
                throw scope.error(item, "Filters", "a Pattern, JSON text, was expected")
            }
            guard let filter = StreamFilter(pattern: pattern) else {
                let line = item["Pattern"]?.line ?? item.line
                warn(line, "Pattern: is not emulated: every record passes")
                return []
            }
            filters.append(filter)
        }
        return filters
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
