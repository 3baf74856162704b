internal import Glibc

extension TemplateReader {
    /// Properties that change nothing here, or nothing that a function could see.
    static let functionProperties: Set = [
        "Architectures", "AssumeRolePolicyDocument", "AutoPublishAlias",
        "CapacityProviderConfig", "CodeUri", "DeadLetterQueue", "DeploymentPreference",
        "Description", "Environment", "EphemeralStorage", "EventInvokeConfig", "Events",
        "FunctionName", "FunctionUrlConfig", "Handler", "KmsKeyArn", "Layers", "LoggingConfig",
        "MemorySize",
        "PackageType",
        "PermissionsBoundary", "Policies", "PropagateTags", "ProvisionedConcurrencyConfig",
        "ReservedConcurrentExecutions", "Role", "RolePath", "Runtime", "RuntimeManagementConfig",
        "SnapStart", "Tags", "Timeout", "Tracing", "VersionDescription", "CodeSigningConfigArn",
    ]

    /// The keys of one function's properties, its own before those of Globals.Function.
    private struct Properties {
        let own: YAMLNode?
        let global: YAMLNode?
        subscript(_ key: String) -> YAMLNode? { own?[key] ?? global?[key] }
    }

    mutating func readFunction(_ entry: YAMLNode.Entry) throws(TemplateError) {
        let properties = Properties(
            own: entry.value["Properties"], global: root["Globals"]?["Function"])
        try warn(of: properties.own, except: Self.functionProperties)
        try checkRuntime(properties, entry)
        guard let code = try properties["CodeUri"].flatMapNode(scope.resolve)?.scalar else {
            throw scope.error(entry.value, "CodeUri", "the folder of the bootstrap was expected")
        }
        let name = try scope.physicalName(of: entry.key)
        var function = FunctionDefinition(
            name: name, logicalID: entry.key,
            codeDirectory: FileContent.absolute(code, in: directory),
            handler: try properties["Handler"].flatMapNode(scope.resolve)?.scalar ?? "bootstrap",
            timeoutMs: try number(properties, "Timeout", in: 1...900, default: 3) * 1_000,
            memoryMB: try number(properties, "MemorySize", in: 128...10_240, default: 128),
            environment: try environment(properties),
            invocationsPerInstanceMax: try invocationsPerInstanceMax(properties, entry))
        try readConcurrency(properties, entry, of: &function)
        function.logging = try logging(properties)
        function.layers = try layers(properties["Layers"])
        function.alias = try properties["AutoPublishAlias"].flatMapNode(scope.resolve)?.scalar
        try readAsynchronous(
            properties["EventInvokeConfig"], deadLetter: properties["DeadLetterQueue"],
            of: &function)
        template.functions.append(function)
        if access(function.bootstrapPath, X_OK) != 0 {
            let line = properties["CodeUri"]?.line ?? entry.keyLine
            warn(line, "\(name): \(function.bootstrapPath) is not an executable file")
        }
        if only == nil, let url = properties["FunctionUrlConfig"] {
            try readFunctionURL(url, of: function.name)
        }
        for event in properties.own?["Events"]?.entries ?? [] {
            try readEvent(event, of: function)
        }
    }

    private mutating func checkRuntime(
        _ properties: Properties, _ entry: YAMLNode.Entry
    ) throws(TemplateError) {
        if properties["PackageType"]?.scalar == "Image" {
            throw scope.error(entry.value, "PackageType", "Zip was expected: images are not run")
        }
        guard let runtime = properties["Runtime"] else {
            throw scope.error(entry.value, "Runtime", "provided.al2023 was expected")
        }
        let name = try scope.resolve(runtime)?.scalar ?? ""
        guard name.hasPrefix("provided") else {
            throw scope.error(runtime, "Runtime", "provided.al2023 or provided.al2 was expected")
        }
    }

    /// SAM's property for managed instances, unless the resource's Metadata, which AWS passes over,
    /// says otherwise for this machine alone.
    private func invocationsPerInstanceMax(
        _ properties: Properties, _ entry: YAMLNode.Entry
    ) throws(TemplateError) -> Int {
        if let local = entry.value["Metadata"]?["LocalConcurrency"],
            let count = try number(local, "PerInstance", in: 1...1_000)
        {
            return count
        }
        let key = "PerExecutionEnvironmentMaxConcurrency"
        let provider = properties["CapacityProviderConfig"]
        return try number(provider?[key], key, in: 1...1_000, default: 1)
    }

    /// Reserved concurrency, and what the Metadata say of calls that find all instances busy.
    private func readConcurrency(
        _ properties: Properties, _ entry: YAMLNode.Entry, of function: inout FunctionDefinition
    ) throws(TemplateError) {
        let key = "ReservedConcurrentExecutions"
        if properties[key] != nil {
            function.concurrencyMax = try number(properties, key, in: 0...1_000, default: 10)
            function.isConcurrencyReserved = true
        }
        guard let local = entry.value["Metadata"]?["LocalConcurrency"] else { return }
        let keys = ["PerInstance", "Waiting"]
        guard let entries = local.entries, !entries.isEmpty,
            entries.allSatisfy({ keys.contains($0.key) })
        else {
            throw scope.error(
                local, "LocalConcurrency", "\(keys.joined(separator: " or ")) was expected")
        }
        function.waitingMax = try number(local, "Waiting", in: 0...100_000)
    }

    private func number(
        _ properties: Properties, _ key: String, in range: ClosedRange<Int>, default: Int
    ) throws(TemplateError) -> Int {
        try number(properties[key], key, in: range, default: `default`)
    }

    private func number(
        _ node: YAMLNode?, _ key: String, in range: ClosedRange<Int>, default: Int
    ) throws(TemplateError) -> Int {
        guard let node, let resolved = try scope.resolve(node) else {
            return `default`
        }
        guard let number = resolved.scalar.flatMap({ Int($0) }), range.contains(number) else {
            throw scope.error(
                node, key,
                "a number from \(range.lowerBound) to \(range.upperBound) was expected")
        }
        return number
    }

    /// The variables of Globals, overridden by the function's own.
    private mutating func environment(
        _ properties: Properties
    ) throws(TemplateError) -> [String: String] {
        var environment: [String: String] = [:]
        for node in [properties.global, properties.own] {
            guard let variables = node?["Environment"]?["Variables"] else { continue }
            guard let entries = variables.entries else {
                throw scope.error(variables, "Variables", "a mapping of names was expected")
            }
            for entry in entries {
                guard let value = try scope.resolve(entry.value) else { continue }
                guard case .scalar(let text, _) = value.content else {
                    throw scope.error(entry.value, entry.key, "a text was expected")
                }
                if FunctionEnvironment.isReserved(entry.key) {
                    warn(entry.keyLine, "\(entry.key): is reserved by AWS Lambda and dropped")
                } else if entry.key.wholeMatch(of: /[a-zA-Z][a-zA-Z0-9_]+/) == nil {
                    warn(entry.keyLine, "\(entry.key): AWS Lambda takes no variable of this name")
                }
                environment[entry.key] = text
            }
        }
        return environment
    }

    private func logging(_ properties: Properties) throws(TemplateError) -> LoggingDefinition {
        var logging = LoggingDefinition()
        guard let node = try properties["LoggingConfig"].flatMapNode(scope.resolve) else {
            return logging
        }
        if let format = node["LogFormat"] {
            guard ["JSON", "Text"].contains(format.scalar) else {
                throw scope.error(format, "LogFormat", "JSON or Text was expected")
            }
            logging.isJSON = format.scalar == "JSON"
        }
        if let level = node["ApplicationLogLevel"] {
            let levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
            guard let text = level.scalar, levels.contains(text) else {
                throw scope.error(
                    level, "ApplicationLogLevel",
                    "one of \(levels.joined(separator: ", ")) was expected")
            }
            logging.level = text
        }
        logging.group = node["LogGroup"]?.scalar
        return logging
    }
}

extension Optional where Wrapped == YAMLNode {
    /// `flatMap` that keeps the error's type.
    func flatMapNode(
        _ transform: (YAMLNode) throws(TemplateError) -> YAMLNode?
    ) throws(TemplateError) -> YAMLNode? {
        guard let node = self else { return nil }
        return try transform(node)
    }
}
