/// What names in a template stand for: parameters, conditions, mappings and resources.
struct TemplateScope {
    let file: String
    let region: String
    let accountID: String
    var parameters: [String: YAMLNode] = [:]
    /// Parameters without a value, and what is said when one is used.
    var unset: [String: TemplateError] = [:]
    var conditions: [String: YAMLNode] = [:]
    var mappings: YAMLNode?
    var resources: [String: YAMLNode] = [:]
    let imports = Imports()

    /// What values are made of that other stacks export; gathered while they are resolved.
    final class Imports {
        /// By the lines of `!ImportValue`.
        var names: [Int: String] = [:]
    }

    private static let physicalNames = [
        "AWS::Serverless::Function": "FunctionName", "AWS::DynamoDB::Table": "TableName",
        "AWS::SQS::Queue": "QueueName", "AWS::Serverless::SimpleTable": "TableName",
        "AWS::Scheduler::Schedule": "Name", "AWS::Events::Rule": "Name",
    ]

    func error(_ node: YAMLNode, _ key: String, _ expected: String) -> TemplateError {
        TemplateError(file: file, line: node.line, key: key, expected: expected)
    }

    /// The value of `!Ref name`; nil for AWS::NoValue.
    func reference(_ name: String, at node: YAMLNode) throws(TemplateError) -> YAMLNode? {
        if let parameter = parameters[name] {
            return YAMLNode(parameter.content, line: node.line)
        }
        if let error = unset[name] { throw error }
        let pseudo = [
            "AWS::Region": region, "AWS::AccountId": accountID, "AWS::StackName": "local",
            "AWS::StackId": "arn:aws:cloudformation:\(region):\(accountID):stack/local/local",
            "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com",
        ]
        if name == "AWS::NoValue" { return nil }
        if let text = pseudo[name] { return Self.text(text, at: node) }
        if let arn = try qualifiedARN(name) { return Self.text(arn, at: node) }
        let isImplied = name == APIDefinition.implicitHTTP || name == APIDefinition.implicitREST
        guard resources[name] != nil || isImplied else {
            throw error(node, name, "the name of a parameter or a resource was expected")
        }
        let physicalName = try physicalName(of: name)
        let isQueue = resources[name]?["Type"]?.scalar == "AWS::SQS::Queue"
        return Self.text(isQueue ? queueURL(physicalName) : physicalName, at: node)
    }

    func queueARN(_ name: String) -> String { "arn:aws:sqs:\(region):\(accountID):\(name)" }

    /// With a place for the emulator's address, which is filled in when a function is started.
    func queueURL(_ name: String) -> String { "\(LocalEndpoint.placeholder)/\(accountID)/\(name)" }

    /// The value of `!GetAtt resource.attribute`: names as on AWS where the emulator needs them.
    func attribute(_ text: String, at node: YAMLNode) throws(TemplateError) -> YAMLNode {
        let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
        if parts.count == 2, parts[1] == "FunctionUrl", let url = try functionURL(parts[0]) {
            return Self.text(url, at: node)
        }
        if let arn = try qualifiedARN(text) { return Self.text(arn, at: node) }
        guard parts.count == 2, let resource = resources[parts[0]] else {
            throw error(node, text, "Resource.Attribute with a resource's name was expected")
        }
        let name = try physicalName(of: parts[0])
        let type = resource["Type"]?.scalar ?? ""
        let place = "\(region):\(accountID)"
        let value =
            switch (type, parts[1]) {
            case ("AWS::Serverless::Function", "Arn"): "arn:aws:lambda:\(place):function:\(name)"
            case ("AWS::DynamoDB::Table", "Arn"): "arn:aws:dynamodb:\(place):table/\(name)"
            case ("AWS::DynamoDB::Table", "StreamArn"):
                "arn:aws:dynamodb:\(place):table/\(name)/stream/local"
            case ("AWS::Events::Rule", "Arn"): "arn:aws:events:\(place):rule/\(name)"
            case ("AWS::SQS::Queue", "Arn"): queueARN(name)
            case ("AWS::SQS::Queue", "QueueName"): name
            case ("AWS::SQS::Queue", "QueueUrl"): queueURL(name)
            case (_, "Arn"): "arn:aws:local:\(place):\(name)"
            default: text
            }
        return Self.text(value, at: node)
    }

    /// What `Function.Alias` and `Function.Version` refer to, which SAM makes.
    private func qualifiedARN(_ name: String) throws(TemplateError) -> String? {
        let parts = name.split(separator: ".").map(String.init)
        guard parts.count == 2, parts[1] == "Alias" || parts[1] == "Version",
            let function = resources[parts[0]],
            let alias = function["Properties"]?["AutoPublishAlias"]
        else { return nil }
        let qualifier = parts[1] == "Alias" ? try resolve(alias)?.scalar : nil
        return "arn:aws:lambda:\(region):\(accountID):function:"
            + "\(try physicalName(of: parts[0])):\(qualifier ?? FunctionReference.latest)"
    }

    /// The URL, as on AWS, of the resource that SAM makes for a function's `FunctionUrlConfig`.
    private func functionURL(_ name: String) throws(TemplateError) -> String? {
        let function = String(name.dropLast("Url".count))
        guard name.hasSuffix("Url"), resources[function]?["Properties"]?["FunctionUrlConfig"] != nil
        else { return nil }
        return "https://\(try physicalName(of: function)).lambda-url.\(region).on.aws/"
    }

    /// The name a resource is given, or its logical id.
    func physicalName(of logicalID: String) throws(TemplateError) -> String {
        guard let resource = resources[logicalID], let type = resource["Type"]?.scalar,
            let key = Self.physicalNames[type]
        else { return logicalID }
        guard let given = resource["Properties"]?[key] else {
            let isFIFO = resource["Properties"]?["FifoQueue"]?.scalar?.lowercased() == "true"
            return type == "AWS::SQS::Queue" && isFIFO ? logicalID + ".fifo" : logicalID
        }
        return try resolve(given)?.scalar ?? logicalID
    }

    /// The node with every intrinsic function replaced by its value; nil for AWS::NoValue.
    func resolve(_ node: YAMLNode) throws(TemplateError) -> YAMLNode? {
        if let call = IntrinsicCall(node) { return try evaluate(call) }
        switch node.content {
        case .scalar: return node
        case .sequence(let items):
            var resolved: [YAMLNode] = []
            for item in items { if let value = try resolve(item) { resolved.append(value) } }
            return YAMLNode(.sequence(resolved), line: node.line)
        case .mapping(let entries):
            var resolved: [YAMLNode.Entry] = []
            for entry in entries {
                guard let value = try resolve(entry.value) else { continue }
                resolved.append(
                    YAMLNode.Entry(key: entry.key, keyLine: entry.keyLine, value: value))
            }
            return YAMLNode(.mapping(resolved), line: node.line)
        }
    }

    static func text(_ text: String, at node: YAMLNode) -> YAMLNode {
        YAMLNode(.scalar(text, isPlain: false), line: node.line)
    }
}
