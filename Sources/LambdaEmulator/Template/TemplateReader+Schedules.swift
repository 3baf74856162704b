extension TemplateReader {
    /// An event of a function: `Schedule` or `ScheduleV2`.
    mutating func readSchedule(
        _ event: YAMLNode.Entry, _ properties: YAMLNode, of function: FunctionDefinition,
        service: ScheduleDefinition.Service
    ) throws(TemplateError) {
        let key = service == .rule ? "Schedule" : "ScheduleExpression"
        var schedule = try readTimes(
            properties, key,
            name: try text(properties, "Name") ?? function.logicalID + event.key,
            function: function.name, service: service)
        schedule.input = try text(properties, "Input")
        try checkDelivery(properties)
        let isEnabled = try isEnabled(properties)
        guard isEnabled, try flag(properties, "Enabled") ?? true else { return }
        template.schedules.append(schedule)
    }

    /// `AWS::Scheduler::Schedule`, whose one target may be a function.
    mutating func readScheduleResource(_ entry: YAMLNode.Entry) throws(TemplateError) {
        let properties = entry.value["Properties"] ?? YAMLNode(.mapping([]), line: entry.keyLine)
        guard let target = try mapping(properties, "Target"),
            let function = try function(ofTarget: target, entry)
        else { return }
        var schedule = try readTimes(
            properties, "ScheduleExpression", name: try scope.physicalName(of: entry.key),
            function: function, service: .scheduler)
        schedule.input = try text(target, "Input")
        try checkDelivery(target)
        if try isEnabled(properties) { template.schedules.append(schedule) }
    }

    /// `AWS::Events::Rule`, with a schedule and functions as targets.
    mutating func readRule(_ entry: YAMLNode.Entry) throws(TemplateError) {
        let properties = entry.value["Properties"] ?? YAMLNode(.mapping([]), line: entry.keyLine)
        guard properties["ScheduleExpression"] != nil else {
            return warn(entry.keyLine, "\(entry.key): events of a bus are not emulated")
        }
        let name = try scope.physicalName(of: entry.key)
        guard let targets = try properties["Targets"].flatMapNode(scope.resolve)?.items else {
            return
        }
        for target in targets {
            guard let function = try function(ofTarget: target, entry) else { continue }
            var schedule = try readTimes(
                properties, "ScheduleExpression", name: name, function: function, service: .rule)
            schedule.input = try text(target, "Input")
            for key in ["InputPath", "InputTransformer"] where target[key] != nil {
                warn(target[key]?.line ?? target.line, "\(key): is not emulated")
            }
            if try isEnabled(properties) { template.schedules.append(schedule) }
        }
    }

    private mutating func function(
        ofTarget target: YAMLNode, _ entry: YAMLNode.Entry
    ) throws(TemplateError) -> String? {
        let arn = try text(target, "Arn") ?? ""
        guard let function = template.functions.first(where: { Self.names(arn, $0) }) else {
            warn(target.line, "\(entry.key): its target is no function of this template")
            return nil
        }
        return function.name
    }

    private func readTimes(
        _ properties: YAMLNode, _ key: String, name: String, function: String,
        service: ScheduleDefinition.Service
    ) throws(TemplateError) -> ScheduleDefinition {
        let isScheduler = service == .scheduler
        let expected =
            "rate(5 minutes)\(isScheduler ? ", at(yyyy-mm-ddThh:mm:ss)" : "") or "
            + "cron(minutes hours day month weekday year) was expected"
        guard let source = try text(properties, key), let expression = ScheduleExpression(source),
            isScheduler || !source.hasPrefix("at(")
        else {
            throw scope.error(properties[key] ?? properties, key, expected)
        }
        var schedule = ScheduleDefinition(
            function: function, name: name, expression: expression, service: service)
        guard isScheduler else { return schedule }
        schedule.group = try text(properties, "GroupName") ?? schedule.group
        schedule.zone = try zone(properties)
        schedule.startMs = try date(properties, "StartDate")
        schedule.endMs = try date(properties, "EndDate")
        if let window = try mapping(properties, "FlexibleTimeWindow") { try checkWindow(window) }
        return schedule
    }

    private func zone(_ properties: YAMLNode) throws(TemplateError) -> LocalTimeZone {
        let key = "ScheduleExpressionTimezone"
        guard let name = try text(properties, key) else { return .utc }
        guard let zone = LocalTimeZone(name) else {
            throw scope.error(
                properties[key] ?? properties, key,
                "a time zone of \(LocalTimeZone.directory), such as Europe/Berlin, was expected")
        }
        return zone
    }

    /// UTC, with or without a `Z`.
    private func date(_ properties: YAMLNode, _ key: String) throws(TemplateError) -> Int64? {
        guard let text = try text(properties, key) else { return nil }
        let match = text.wholeMatch(of: /(.{19})(\.\d+)?(Z|\+00:00)?/)
        guard let time = match.flatMap({ CivilTime(iso8601: $0.output.1) }) else {
            throw scope.error(
                properties[key] ?? properties, key,
                "a time such as 2026-11-20T17:30:00Z was expected")
        }
        return time.unixSeconds * 1_000
    }

    /// A window changes nothing: its beginning is in it.
    private func checkWindow(_ window: YAMLNode) throws(TemplateError) {
        let minutes = try number(window, "MaximumWindowInMinutes", in: 1...1_440)
        let mode = try text(window, "Mode")
        guard mode == "OFF" || mode == "FLEXIBLE" && minutes != nil else {
            throw scope.error(
                window, "FlexibleTimeWindow",
                "Mode: OFF, or FLEXIBLE with MaximumWindowInMinutes, was expected")
        }
    }

    /// The bounds of handing an event over to the function's queue, which does not fail here; the
    /// function's own retries follow from its `EventInvokeConfig`.
    private func checkDelivery(_ properties: YAMLNode) throws(TemplateError) {
        guard let policy = try mapping(properties, "RetryPolicy") else { return }
        _ = try number(policy, "MaximumRetryAttempts", in: 0...185)
        _ = try number(policy, "MaximumEventAgeInSeconds", in: 60...86_400)
    }

    private func isEnabled(_ properties: YAMLNode) throws(TemplateError) -> Bool {
        let states = ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]
        guard let state = try text(properties, "State") else { return true }
        guard states.contains(state) else {
            throw scope.error(
                properties["State"] ?? properties, "State", "ENABLED or DISABLED was expected")
        }
        return state != "DISABLED"
    }
}
