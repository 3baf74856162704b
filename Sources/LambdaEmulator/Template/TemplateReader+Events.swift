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
        case "HttpApi": try readRoute(event, properties, of: function, kind: .http)
        case "Api": try readRoute(event, properties, of: function, kind: .rest)
        case "Schedule": try readSchedule(event, properties, of: function, service: .rule)
        case "ScheduleV2": try readSchedule(event, properties, of: function, service: .scheduler)
        case "DynamoDB": try readStream(properties, of: function)
        case "SQS": try readQueueSource(properties, of: function)
        default: warn(event.keyLine, "\(event.key): events of type \(type) are not emulated")
        }
    }
}
