extension TemplateReader {
    mutating func readStream(
        _ properties: YAMLNode, arnKey: String = "Stream", of function: FunctionDefinition
    ) throws(TemplateError) {
        guard let arn = try text(properties, arnKey) else {
            throw scope.error(properties, arnKey, "!GetAtt Table.StreamArn was expected")
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
        template.streams.append(
            StreamDefinition(
                function: function.name, table: table.logicalID,
                storePath: Self.path(ofStore: store), tableName: name, batchSize: batchSize,
                filters: try filters(properties)))
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
