extension TemplateReader {
    /// What is read of an API for its routes.
    struct APIReading {
        let kind: APIDefinition.Kind
        /// The authorizer of routes that name none.
        var defaultAuthorizer: String?
        /// Authorizers that routes may name, and that are not emulated.
        var otherAuthorizers: Set<String> = []
    }

    /// Properties that change nothing here.
    private static let silent: Set = [
        "AccessLogSetting", "AccessLogSettings", "AlwaysDeploy", "Description",
        "EndpointConfiguration", "EndpointAccessMode", "FailOnWarnings", "MergeDefinitions",
        "Mode", "Name", "OpenApiVersion", "PropagateTags", "SecurityPolicy", "Tags",
        "TracingEnabled",
    ]
    private static let read: Set = [
        "Auth", "BinaryMediaTypes", "Cors", "CorsConfiguration", "StageName", "StageVariables",
        "Variables",
    ]

    /// The APIs that are resources, and those that SAM makes for events that name none.
    mutating func readAPIs(_ resources: [YAMLNode.Entry]) throws(TemplateError) {
        for kind in [APIDefinition.Kind.http, .rest] {
            try warn(of: globals(of: kind), except: Self.silent.union(Self.read))
        }
        for entry in resources {
            switch entry.value["Type"]?.scalar {
            case "AWS::Serverless::HttpApi": try readAPI(entry, kind: .http)
            case "AWS::Serverless::Api": try readAPI(entry, kind: .rest)
            default: break
            }
        }
    }

    private mutating func readAPI(
        _ entry: YAMLNode.Entry, kind: APIDefinition.Kind
    ) throws(TemplateError) {
        let definitions: Set = ["DefinitionBody", "DefinitionUri"]
        for property in entry.value["Properties"]?.entries ?? []
        where definitions.contains(property.key) {
            warn(
                property.keyLine,
                "\(property.key): is not emulated: routes are those of functions' events")
        }
        try warn(
            of: entry.value["Properties"],
            except: Self.silent.union(Self.read).union(definitions))
        try readAPI(entry.key, kind, entry.value["Properties"])
    }

    private mutating func readAPI(
        _ id: String, _ kind: APIDefinition.Kind, _ own: YAMLNode?
    ) throws(TemplateError) {
        let properties = YAMLNode.merged(globals(of: kind), own)
        var api = APIDefinition(id: id, kind: kind)
        if let stage = try text(properties, "StageName") { api.stage = stage }
        let variables = kind == .http ? "StageVariables" : "Variables"
        for entry in try value(properties, variables)?.entries ?? [] {
            api.stageVariables[entry.key] = entry.value.scalar ?? ""
        }
        api.binaryMediaTypes = kind == .rest ? try texts(properties, "BinaryMediaTypes") : []
        api.cors =
            kind == .http
            ? try cors(try value(properties, "CorsConfiguration"))
            : try restCORS(try value(properties, "Cors"))
        var reading = APIReading(kind: kind)
        api.authorizers = try readAuthorizers(properties?["Auth"], kind, &reading)
        let asksForPreflight = try flag(
            properties?["Auth"], "AddDefaultAuthorizerToCorsPreflight")
        if kind == .rest, asksForPreflight ?? true, let name = reading.defaultAuthorizer,
            !reading.otherAuthorizers.contains(name)
        {
            api.preflightAuthorizer = name
        }
        apis[id] = reading
        template.apis.append(api)
    }

    private func globals(of kind: APIDefinition.Kind) -> YAMLNode? {
        root["Globals"]?[kind == .http ? "HttpApi" : "Api"]
    }

    /// The API that an event belongs to; one that is no resource is read from `Globals` alone.
    mutating func api(
        named name: String?, _ kind: APIDefinition.Kind
    ) throws(TemplateError) -> (id: String, reading: APIReading) {
        let id =
            name ?? (kind == .http ? APIDefinition.implicitHTTP : APIDefinition.implicitREST)
        if let reading = apis[id] { return (id, reading) }
        try readAPI(id, kind, nil)
        return (id, apis[id] ?? APIReading(kind: kind))
    }

    /// `Cors` of a function URL, or `CorsConfiguration` of an HTTP API: true, an origin, or a map.
    func cors(_ node: YAMLNode?) throws(TemplateError) -> CORSDefinition? {
        guard let node else { return nil }
        if let text = node.scalar {
            guard text.lowercased() != "false" else { return nil }
            let origin = text.lowercased() == "true" ? "*" : Self.unquoted(text)
            return CORSDefinition(allowOrigins: [origin])
        }
        guard node.entries != nil else {
            throw scope.error(node, "CorsConfiguration", "an origin or a mapping was expected")
        }
        return CORSDefinition(
            allowOrigins: try texts(node, "AllowOrigins"),
            allowMethods: try texts(node, "AllowMethods").map { $0.uppercased() },
            allowHeaders: try texts(node, "AllowHeaders"),
            exposeHeaders: try texts(node, "ExposeHeaders"),
            maxAgeSeconds: try number(node, "MaxAge", in: -1...86_400),
            allowsCredentials: try flag(node, "AllowCredentials") ?? false)
    }

    /// `Cors` of a REST API: texts in quotes of their own, such as `"'*'"`.
    private func restCORS(_ node: YAMLNode?) throws(TemplateError) -> CORSDefinition? {
        guard let node else { return nil }
        if let origin = node.scalar {
            return CORSDefinition(allowOrigins: [Self.unquoted(origin)])
        }
        guard node.entries != nil else {
            throw scope.error(node, "Cors", "an origin or a mapping was expected")
        }
        func unquoted(_ key: String) throws(TemplateError) -> [String] {
            try text(node, key).map { [Self.unquoted($0)] } ?? []
        }
        return CORSDefinition(
            allowOrigins: try unquoted("AllowOrigin").isEmpty ? ["*"] : unquoted("AllowOrigin"),
            allowMethods: try unquoted("AllowMethods"), allowHeaders: try unquoted("AllowHeaders"),
            maxAgeSeconds: try unquoted("MaxAge").first.flatMap { Int($0) },
            allowsCredentials: try flag(node, "AllowCredentials") ?? false)
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("'"), text.hasSuffix("'") else { return text }
        return String(text.dropFirst().dropLast())
    }
}
