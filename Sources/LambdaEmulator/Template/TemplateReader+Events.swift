extension TemplateReader {
    mutating func readEvent(
        _ event: YAMLNode.Entry, of function: FunctionDefinition
    ) throws(TemplateError) {
        guard let type = event.value["Type"]?.scalar else {
            throw TemplateError(
                file: file, line: event.keyLine, key: event.key,
                expected: "an event with a Type was expected")
        }
        let properties = event.value["Properties"] ?? YAMLNode(.mapping([]), line: event.keyLine)
        switch type {
        case "HttpApi": try readRoute(properties, of: function, format: .httpAPI)
        case "Api": try readRoute(properties, of: function, format: .restAPI)
        case "Schedule": try readSchedule(event, properties, of: function, service: .rule)
        case "ScheduleV2": try readSchedule(event, properties, of: function, service: .scheduler)
        case "DynamoDB": try readStream(properties, of: function)
        case "SQS": warn(event.keyLine, "\(event.key): queues are not emulated yet")
        default: warn(event.keyLine, "\(event.key): events of type \(type) are not emulated")
        }
    }

    private func text(_ properties: YAMLNode, _ key: String) throws(TemplateError) -> String? {
        guard let node = properties[key], let resolved = try scope.resolve(node) else {
            return nil
        }
        guard let text = resolved.scalar else {
            throw scope.error(node, key, "a text was expected")
        }
        return text
    }

    private mutating func readRoute(
        _ properties: YAMLNode, of function: FunctionDefinition, format: RouteDefinition.Format
    ) throws(TemplateError) {
        var format = format
        let path = try text(properties, "Path")
        let method = try text(properties, "Method")?.uppercased()
        if format == .restAPI || path != nil || method != nil {
            guard let path, path.hasPrefix("/") || path == "$default" else {
                throw scope.error(
                    properties["Path"] ?? properties, "Path", "a path from / on was expected")
            }
            guard let method, method.wholeMatch(of: /[A-Z]+/) != nil else {
                throw scope.error(
                    properties["Method"] ?? properties, "Method",
                    "a method such as get, or any, was expected")
            }
            if try text(properties, "PayloadFormatVersion") == "1.0" { format = .restAPI }
            template.routes.append(
                RouteDefinition(
                    function: function.name, method: method, path: path,
                    format: format))
        } else {
            template.routes.append(
                RouteDefinition(function: function.name, method: "ANY", path: "$default"))
        }
        if let auth = properties["Auth"] { warn(auth.line, "Auth: is not emulated") }
    }

    private mutating func readSchedule(
        _ event: YAMLNode.Entry, _ properties: YAMLNode, of function: FunctionDefinition,
        service: ScheduleDefinition.Service
    ) throws(TemplateError) {
        let key = service == .rule ? "Schedule" : "ScheduleExpression"
        guard let source = try text(properties, key) else {
            throw scope.error(properties, key, "rate(…) or cron(…) was expected")
        }
        if service == .scheduler, source.hasPrefix("at(") {
            return warn(properties.line, "\(event.key): at(…) is not emulated")
        }
        guard let expression = ScheduleExpression(source) else {
            throw scope.error(
                properties[key] ?? properties, key,
                "rate(5 minutes) or cron(minutes hours day month weekday year) was expected")
        }
        let zone = try text(properties, "ScheduleExpressionTimezone") ?? "UTC"
        if zone != "UTC" {
            let line = properties["ScheduleExpressionTimezone"]?.line ?? properties.line
            warn(line, "ScheduleExpressionTimezone: is not emulated: times are UTC")
        }
        let isEnabled = try text(properties, "Enabled")?.lowercased() != "false"
        guard isEnabled, try text(properties, "State") != "DISABLED" else { return }
        template.schedules.append(
            ScheduleDefinition(
                function: function.name, name: try text(properties, "Name") ?? event.key,
                expression: expression, input: try text(properties, "Input"), service: service))
    }

    private mutating func readStream(
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
