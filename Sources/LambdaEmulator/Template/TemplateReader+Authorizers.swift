extension TemplateReader {
    private static let silent: Set = [
        "AddApiKeyRequiredToCorsPreflight", "EnableIamAuthorizer", "InvokeRole",
    ]

    /// `Auth` of an API: its Lambda authorizers.
    mutating func readAuthorizers(
        _ auth: YAMLNode?, _ kind: APIDefinition.Kind, _ reading: inout APIReading
    ) throws(TemplateError) -> [AuthorizerDefinition] {
        guard let auth else { return [] }
        for entry in auth.entries ?? [] where !Self.silent.contains(entry.key) {
            switch entry.key {
            case "Authorizers", "DefaultAuthorizer", "AddDefaultAuthorizerToCorsPreflight": break
            default: warn(entry.keyLine, "\(entry.key): is not emulated: every request passes")
            }
        }
        var authorizers: [AuthorizerDefinition] = []
        for entry in auth["Authorizers"]?.entries ?? [] {
            if let authorizer = try readAuthorizer(entry, kind) {
                authorizers.append(authorizer)
            } else {
                reading.otherAuthorizers.insert(entry.key)
            }
        }
        reading.otherAuthorizers.insert("AWS_IAM")
        if let name = try text(auth, "DefaultAuthorizer") {
            let isKnown =
                authorizers.contains { $0.name == name } || reading.otherAuthorizers.contains(name)
            guard isKnown else {
                throw scope.error(
                    auth["DefaultAuthorizer"] ?? auth, "DefaultAuthorizer",
                    "the name of one of Authorizers was expected")
            }
            if name == "AWS_IAM", let line = auth["DefaultAuthorizer"]?.line {
                warn(line, "AWS_IAM: is not emulated: every request passes")
            }
            reading.defaultAuthorizer = name
        }
        return authorizers
    }

    /// Nil for one that is not a function.
    private mutating func readAuthorizer(
        _ entry: YAMLNode.Entry, _ kind: APIDefinition.Kind
    ) throws(TemplateError) -> AuthorizerDefinition? {
        guard entry.value["FunctionArn"] != nil else {
            let name = entry.value["UserPoolArn"] == nil ? "JWT" : "Cognito"
            warn(
                entry.keyLine,
                "\(entry.key): \(name) authorizers are not emulated: every request passes")
            return nil
        }
        guard let arn = try text(entry.value, "FunctionArn"),
            let function = FunctionReference(arn)
        else {
            throw scope.error(
                entry.value["FunctionArn"] ?? entry.value, "FunctionArn",
                "the ARN of a function was expected")
        }
        authorizerLines.append((function.name, entry.value["FunctionArn"]?.line ?? entry.keyLine))
        let identity = entry.value["Identity"]
        var authorizer = AuthorizerDefinition(
            name: entry.key, function: function.name,
            format: try format(of: entry.value, kind))
        authorizer.hasSimpleAnswers = try flag(entry.value, "EnableSimpleResponses") ?? false
        authorizer.identitySources = try sources(identity)
        if authorizer.format == .token {
            let header = try text(identity, "Header") ?? "Authorization"
            authorizer.identitySources = [.header(header)]
            authorizer.validationExpression = try text(identity, "ValidationExpression")
            if let expression = authorizer.validationExpression,
                (try? Regex(expression)) == nil
            {
                throw scope.error(
                    identity?["ValidationExpression"] ?? entry.value, "ValidationExpression",
                    "a regular expression was expected")
            }
        }
        // A REST API keeps an answer for five minutes unless it is told otherwise.
        authorizer.cacheSeconds =
            try number(identity, "ReauthorizeEvery", in: 0...3_600) ?? (kind == .rest ? 300 : 0)
        return authorizer
    }

    private func format(
        of authorizer: YAMLNode, _ kind: APIDefinition.Kind
    ) throws(TemplateError) -> AuthorizerDefinition.Format {
        guard kind == .http else {
            switch try text(authorizer, "FunctionPayloadType") {
            case nil, "TOKEN": return .token
            case "REQUEST": return .request
            default:
                throw scope.error(
                    authorizer["FunctionPayloadType"] ?? authorizer, "FunctionPayloadType",
                    "TOKEN or REQUEST was expected")
            }
        }
        switch try text(authorizer, "AuthorizerPayloadFormatVersion") {
        case "1.0", "1": return .request
        case "2.0", "2": return .request2
        default:
            throw scope.error(
                authorizer["AuthorizerPayloadFormatVersion"] ?? authorizer,
                "AuthorizerPayloadFormatVersion", "2.0 or 1.0 was expected")
        }
    }

    private func sources(
        _ identity: YAMLNode?
    ) throws(TemplateError) -> [AuthorizerDefinition.IdentitySource] {
        try texts(identity, "Headers").map { .header($0) }
            + texts(identity, "QueryStrings").map { .query($0) }
            + texts(identity, "StageVariables").map { .stageVariable($0) }
            + texts(identity, "Context").map { .context($0) }
    }

    /// The authorizer of a route, by the event's `Auth` or the API's default; nil for none.
    mutating func authorizer(
        of auth: YAMLNode?, _ api: (id: String, reading: APIReading)
    ) throws(TemplateError) -> String? {
        for entry in auth?.entries ?? [] {
            switch entry.key {
            case "Authorizer", "AuthorizationScopes", "InvokeRole", "OverrideApiAuth": break
            default: warn(entry.keyLine, "\(entry.key): is not emulated: every request passes")
            }
        }
        let named = try text(auth, "Authorizer")
        guard let name = named ?? api.reading.defaultAuthorizer, name != "NONE" else { return nil }
        let names = template.apis.first { $0.id == api.id }?.authorizers.map(\.name) ?? []
        if names.contains(name) { return name }
        guard api.reading.otherAuthorizers.contains(name) else {
            throw scope.error(
                auth?["Authorizer"] ?? root, "Authorizer",
                "the name of an authorizer of the API was expected")
        }
        if name == "AWS_IAM", let line = auth?["Authorizer"]?.line {
            warn(line, "AWS_IAM: is not emulated: every request passes")
        }
        return nil
    }
}
