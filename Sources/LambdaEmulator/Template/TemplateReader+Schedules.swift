extension TemplateReader {
    mutating func readSchedule(
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
}
