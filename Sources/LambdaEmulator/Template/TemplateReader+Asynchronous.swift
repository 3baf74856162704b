/// A destination of a function's asynchronous events that may be defined further below.
struct PendingDestination {
    enum Use { case onSuccess, onFailure, deadLetterQueue }

    /// The function's name.
    let function: String
    let use: Use
    let arn: String
    let line: Int
    /// Where it is given, such as `OnFailure`.
    let key: String
}

extension TemplateReader {
    /// `EventInvokeConfig` and `DeadLetterQueue` of a function.
    mutating func readAsynchronous(
        _ config: YAMLNode?, deadLetter: YAMLNode?, of function: inout FunctionDefinition
    ) throws(TemplateError) {
        if let config {
            try readInvokeConfig(try resolved(config, "EventInvokeConfig"), of: &function)
        }
        guard let deadLetter else { return }
        let node = try resolved(deadLetter, "DeadLetterQueue")
        guard let arn = try text(node, "TargetArn") else {
            throw scope.error(deadLetter, "DeadLetterQueue", "TargetArn was expected")
        }
        destinations.append(
            PendingDestination(
                function: function.name, use: .deadLetterQueue, arn: arn,
                line: node["TargetArn"]?.line ?? node.line, key: "DeadLetterQueue"))
    }

    /// `AWS::Lambda::EventInvokeConfig`, once all functions are known.
    mutating func readInvokeConfig(of entry: YAMLNode.Entry) throws(TemplateError) {
        let properties = entry.value["Properties"] ?? YAMLNode(.mapping([]), line: entry.keyLine)
        guard let name = try text(properties, "FunctionName") else {
            throw scope.error(properties, "FunctionName", "a function was expected")
        }
        guard let index = template.functions.firstIndex(where: { Self.names(name, $0) }) else {
            return warn(
                properties["FunctionName"]?.line ?? entry.keyLine,
                "\(entry.key): not for a function of this template")
        }
        var function = template.functions[index]
        try readInvokeConfig(try resolved(properties, "Properties"), of: &function)
        template.functions[index] = function
    }

    private mutating func readInvokeConfig(
        _ config: YAMLNode, of function: inout FunctionDefinition
    ) throws(TemplateError) {
        if let count = try number(config, "MaximumRetryAttempts", in: 0...2) {
            function.asynchronous.retryAttemptsMax = count
        }
        if let seconds = try number(config, "MaximumEventAgeInSeconds", in: 60...21_600) {
            function.asynchronous.eventAgeMaxMs = Int64(seconds) * 1_000
        }
        guard let all = try mapping(config, "DestinationConfig") else { return }
        for (key, use) in [
            ("OnSuccess", PendingDestination.Use.onSuccess), ("OnFailure", .onFailure),
        ] {
            guard let node = try mapping(all, key) else { continue }
            try readDestination(node, key, use, of: function)
        }
    }

    private mutating func readDestination(
        _ node: YAMLNode, _ key: String, _ use: PendingDestination.Use,
        of function: FunctionDefinition
    ) throws(TemplateError) {
        if let arn = try text(node, "Destination") {
            destinations.append(
                PendingDestination(
                    function: function.name, use: use, arn: arn,
                    line: node["Destination"]?.line ?? node.line, key: key))
            return
        }
        let type = try text(node, "Type")
        guard type == "SQS" else {
            guard type == "SNS" else {
                throw scope.error(node, key, "a Destination was expected")
            }
            return warn(node.line, "\(key): topics are not emulated: nothing is sent there")
        }
        // SAM makes a queue of this name by itself.
        let queue = QueueDefinition(name: function.logicalID + key + "Queue")
        template.queues.append(queue)
        destinations.append(
            PendingDestination(
                function: function.name, use: use, arn: scope.queueARN(queue.name),
                line: node.line, key: key))
    }

    /// Finds what the ARNs of destinations stand for.
    mutating func resolveDestinations() {
        for pending in destinations {
            guard let index = template.functions.firstIndex(where: { $0.name == pending.function })
            else { continue }
            let destination = destination(of: pending.arn)
            switch (pending.use, destination) {
            case (.onSuccess, .some): template.functions[index].asynchronous.onSuccess = destination
            case (.onFailure, .some): template.functions[index].asynchronous.onFailure = destination
            case (.deadLetterQueue, .queue(let name)):
                template.functions[index].asynchronous.deadLetterQueue = name
            default:
                let what = pending.use == .deadLetterQueue ? "queue" : "queue or function"
                warn(
                    pending.line,
                    "\(pending.key): not a \(what) of this template: nothing is sent there")
            }
        }
        destinations = []
    }

    private func destination(of arn: String) -> AsynchronousPolicy.Destination? {
        if let name = queueName(ofARN: arn) { return .queue(name) }
        return template.functions.first { Self.names(arn, $0) }.map { .function($0.name) }
    }

    /// The queue of the template that an ARN names; nil when it names none.
    func queueName(ofARN arn: String) -> String? {
        template.queues.first { scope.queueARN($0.name) == arn }?.name
    }

    /// Whether a name, or an ARN with or without a version, is a function's.
    static func names(_ text: String, _ function: FunctionDefinition) -> Bool {
        var parts = text.split(separator: ":")
        if let index = parts.firstIndex(of: "function") { parts.removeFirst(index + 1) }
        return parts.first.map { $0 == function.name } ?? false
    }

    private func resolved(_ node: YAMLNode, _ key: String) throws(TemplateError) -> YAMLNode {
        guard let resolved = try scope.resolve(node), resolved.entries != nil else {
            throw scope.error(node, key, "a mapping was expected")
        }
        return resolved
    }
}
