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
}
