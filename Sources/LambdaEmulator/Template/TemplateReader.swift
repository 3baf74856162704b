import FileInput
internal import Glibc

/// Reads a SAM template: what concerns functions is resolved, what changes their behaviour and is
/// not emulated is warned of, the rest is passed over.
///
/// Source: "AWS SAM resources and properties" of the AWS SAM developer guide.
public struct TemplateReader {
    let file: String
    let directory: String
    let root: YAMLNode
    var scope: TemplateScope
    var template = Template(functions: [])
    /// What is read of each API, by its id.
    var apis: [String: APIReading] = [:]
    /// The lines of the routes, and of the functions that authorizers name.
    var routeLines: [Int] = []
    var authorizerLines: [(function: String, line: Int)] = []
    /// The name or logical id of the one function that is to be read; nil for all.
    var only: String?
    /// Resolved when all functions and queues are known.
    var destinations: [PendingDestination] = []

    /// Reads a template file.
    ///
    /// - Parameters:
    ///   - path: The file; `CodeUri` is relative to its folder.
    ///   - parameters: Values for the template's parameters.
    ///   - region: What `AWS::Region` stands for.
    ///   - accountID: What `AWS::AccountId` stands for.
    ///   - only: The name or logical id of a function that is to run by itself: the others are not
    ///     read, and only the parameters that it uses need a value.
    /// - Throws: An error that names file, line and key.
    public static func read(
        path: String, parameters: [String: String] = [:], region: String = "us-east-1",
        accountID: String = "123456789012", only: String? = nil
    ) throws(TemplateError) -> Template {
        guard let bytes = InputFile.read(path, bytesMax: YAMLDocument.bytesMax + 1) else {
            throw TemplateError(
                file: path, line: 0, key: "template", expected: "a readable file was expected")
        }
        let directory = FileContent.directory(of: path)
        return try read(
            bytes, file: path, directory: directory, parameters: parameters, region: region,
            accountID: accountID, only: only)
    }

    static func read(
        _ bytes: [UInt8], file: String, directory: String, parameters: [String: String] = [:],
        region: String = "us-east-1", accountID: String = "123456789012", only: String? = nil
    ) throws(TemplateError) -> Template {
        let root = try YAMLDocument.parse(bytes, file: file)
        var reader = TemplateReader(
            file: file, directory: directory, root: root,
            scope: TemplateScope(file: file, region: region, accountID: accountID), only: only)
        try reader.readNames(parameters)
        try reader.readResources()
        try reader.checkWanted()
        reader.warnOfImports()
        return reader.template
    }

    mutating func warn(_ line: Int, _ text: String) {
        template.warnings.append(TemplateWarning(file: file, line: line, text: text))
    }

    /// Names properties that are not emulated.
    mutating func warn(
        of properties: YAMLNode?, except known: Set<String>
    ) throws(TemplateError) {
        for property in properties?.entries ?? [] where !known.contains(property.key) {
            // A conditional one may not be there.
            if IntrinsicCall(property.value)?.name == "If",
                try scope.resolve(property.value) == nil
            {
                continue
            }
            warn(property.keyLine, "\(property.key): is not emulated")
        }
    }

    private mutating func readNames(_ given: [String: String]) throws(TemplateError) {
        guard let resources = root["Resources"]?.entries else {
            throw scope.error(root, "Resources", "a mapping of resources was expected")
        }
        for entry in resources {
            guard entry.value["Type"]?.scalar != nil else {
                throw TemplateError(
                    file: file, line: entry.keyLine, key: entry.key,
                    expected: "a resource with a Type was expected")
            }
            scope.resources[entry.key] = entry.value
        }
        for entry in root["Conditions"]?.entries ?? [] {
            scope.conditions[entry.key] = entry.value
        }
        scope.mappings = root["Mappings"]
        try readParameters(given)
    }

    private mutating func readParameters(_ given: [String: String]) throws(TemplateError) {
        let declared = root["Parameters"]?.entries ?? []
        for name in given.keys.sorted() where !declared.contains(where: { $0.key == name }) {
            let names = declared.map(\.key).joined(separator: ", ")
            throw TemplateError(
                file: file, line: 0, key: "parameter \(name)",
                expected: "is not one of the template's: \(names.isEmpty ? "none" : names)")
        }
        for entry in declared {
            guard let text = given[entry.key] ?? entry.value["Default"]?.defaultText else {
                let error = TemplateError(
                    file: file, line: entry.keyLine, key: entry.key,
                    expected: "a value was expected: --parameter \(entry.key)=VALUE")
                guard only != nil else { throw error }
                scope.unset[entry.key] = error
                continue
            }
            scope.parameters[entry.key] = try value(text, of: entry)
        }
    }

    private func value(
        _ text: String, of parameter: YAMLNode.Entry
    ) throws(TemplateError) -> YAMLNode {
        let type = parameter.value["Type"]?.scalar ?? "String"
        if type == "Number", Double(text) == nil {
            throw scope.error(parameter.value, parameter.key, "a number was expected")
        }
        if let allowed = parameter.value["AllowedValues"]?.items,
            !allowed.contains(where: { $0.defaultText == text })
        {
            throw scope.error(parameter.value, parameter.key, "one of AllowedValues was expected")
        }
        let scalar = YAMLNode(.scalar(text, isPlain: false), line: parameter.keyLine)
        guard type.hasPrefix("List<") || type == "CommaDelimitedList" else { return scalar }
        let items = text.split(separator: ",").map {
            YAMLNode(.scalar(String($0), isPlain: false), line: parameter.keyLine)
        }
        return YAMLNode(.sequence(items), line: parameter.keyLine)
    }

    private mutating func readResources() throws(TemplateError) {
        let resources = try existingResources()
        // A function that is run by itself sends nothing to queues, and has no APIs before it.
        let queues = resources.filter {
            only == nil && $0.value["Type"]?.scalar == "AWS::SQS::Queue"
        }
        try warn(of: root["Globals"]?["Function"], except: Self.functionProperties)
        if only == nil { try readAPIs(resources) }
        for entry in queues { try readQueue(entry) }
        for entry in resources {
            switch entry.value["Type"]?.scalar {
            case "AWS::Serverless::Function" where try isWanted(entry): try readFunction(entry)
            case "AWS::Serverless::Function": break
            case let type? where Self.linking.contains(type): break
            case let type?: warnOfType(type, entry)
            case nil: break
            }
        }
        if only == nil { try readLinks(resources) }
        resolveDestinations()
        settleRoutes()
    }

    /// Types whose resources tie functions and queues together: read once all of those are known.
    private static let linking: Set = [
        "AWS::SQS::Queue", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Url",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Scheduler::Schedule", "AWS::Events::Rule",
    ]

    private mutating func readLinks(_ resources: [YAMLNode.Entry]) throws(TemplateError) {
        for entry in resources {
            switch entry.value["Type"]?.scalar {
            case "AWS::SQS::Queue": try readRedrive(entry)
            case "AWS::Lambda::EventInvokeConfig": try readInvokeConfig(of: entry)
            case "AWS::Lambda::Url": try readFunctionURL(entry)
            case "AWS::Lambda::EventSourceMapping": try readSourceMapping(entry)
            case "AWS::Scheduler::Schedule": try readScheduleResource(entry)
            case "AWS::Events::Rule": try readRule(entry)
            default: break
            }
        }
    }

    /// Those whose condition holds, or that have none.
    private func existingResources() throws(TemplateError) -> [YAMLNode.Entry] {
        var existing: [YAMLNode.Entry] = []
        for entry in root["Resources"]?.entries ?? [] {
            if let condition = entry.value["Condition"] {
                guard let name = condition.scalar else {
                    throw scope.error(condition, "Condition", "a condition's name was expected")
                }
                guard try scope.condition(name, at: condition) else { continue }
            }
            existing.append(entry)
        }
        return existing
    }

    private func isWanted(_ function: YAMLNode.Entry) throws(TemplateError) -> Bool {
        guard let only, only != function.key else { return true }
        return try scope.physicalName(of: function.key) == only
    }

    /// Nobody asks for a function that is not there without being told which are.
    private func checkWanted() throws(TemplateError) {
        guard let only, template.functions.isEmpty else { return }
        var names: [String] = []
        for entry in root["Resources"]?.entries ?? []
        where entry.value["Type"]?.scalar == "AWS::Serverless::Function" {
            names.append(try scope.physicalName(of: entry.key))
        }
        throw TemplateError(
            file: file, line: 0, key: only,
            expected: "is not one of the functions: \(names.joined(separator: ", "))")
    }

    private mutating func warnOfImports() {
        for (line, name) in scope.imports.names.sorted(by: { $0.key < $1.key }) {
            warn(line, "!ImportValue: other stacks are not known: the name \(name) stands for it")
        }
    }

    private mutating func warnOfType(_ type: String, _ entry: YAMLNode.Entry) {
        let active: Set = [
            "AWS::Lambda::Function", "AWS::Serverless::StateMachine",
            "AWS::Serverless::Application",
            "AWS::Serverless::GraphQLApi", "AWS::Serverless::WebSocketApi",
        ]
        if active.contains(type) || type.hasPrefix("AWS::ApiGateway") {
            warn(entry.keyLine, "\(entry.key): \(type) is not emulated")
        }
    }
}

extension YAMLNode {
    /// A default: an empty text is one, which `null` is not.
    fileprivate var defaultText: String? {
        guard case .scalar(let text, let isPlain) = content else { return nil }
        return isPlain && text.lowercased() == "null" ? nil : text
    }
}
