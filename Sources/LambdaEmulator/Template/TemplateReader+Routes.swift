extension TemplateReader {
    private static let silent: Set = [
        "ApiId", "Auth", "Method", "Path", "PayloadFormatVersion", "ResponseTransferMode",
        "RestApiId", "RouteSettings", "TimeoutInMillis",
    ]

    /// An event of type `HttpApi` or `Api`.
    mutating func readRoute(
        _ event: YAMLNode.Entry, _ properties: YAMLNode, of function: FunctionDefinition,
        kind: APIDefinition.Kind
    ) throws(TemplateError) {
        // A function that runs alone has no APIs before it.
        guard only == nil else { return }
        try warn(of: properties, except: Self.silent)
        let api = try api(
            named: try text(properties, kind == .http ? "ApiId" : "RestApiId"), kind)
        let (method, path) = try place(properties, kind)
        var route = RouteDefinition(
            function: function.name, method: method, path: path,
            format: kind == .http ? .httpAPI : .restAPI, api: api.id)
        if kind == .http {
            switch try text(properties, "PayloadFormatVersion") {
            case nil, "2.0", "2": break
            case "1.0", "1": route.format = .httpAPIVersion1
            default:
                throw scope.error(
                    properties["PayloadFormatVersion"] ?? properties, "PayloadFormatVersion",
                    "2.0 or 1.0 was expected")
            }
        } else {
            route.isStreamed = try isStreamed(properties, "ResponseTransferMode", "BUFFERED")
        }
        // A streamed answer may take as long as the function does: 15 minutes.
        let msMax = route.isStreamed ? LimitWarning.timeoutMsMax : route.timeoutMs
        if let ms = try number(properties, "TimeoutInMillis", in: 50...msMax) {
            route.timeoutMs = ms
        }
        route.authorizer = try authorizer(of: properties["Auth"], api)
        template.routes.append(route)
        routeLines.append(event.keyLine)
    }

    /// The method and path; an HTTP API's event without both takes everything.
    private func place(
        _ properties: YAMLNode, _ kind: APIDefinition.Kind
    ) throws(TemplateError) -> (method: String, path: String) {
        let path = try text(properties, "Path")
        let method = try text(properties, "Method")?.uppercased()
        if kind == .http, path == nil, method == nil { return ("ANY", "$default") }
        guard let path, path.hasPrefix("/") || (path == "$default" && kind == .http) else {
            throw scope.error(
                properties["Path"] ?? properties, "Path", "a path from / on was expected")
        }
        guard let method, method.wholeMatch(of: /[A-Z]+|\*/) != nil else {
            throw scope.error(
                properties["Method"] ?? properties, "Method",
                "a method such as get, or any, was expected")
        }
        return (method == "*" || method == "X-AMAZON-APIGATEWAY-ANY-METHOD" ? "ANY" : method, path)
    }

    func isStreamed(
        _ properties: YAMLNode?, _ key: String, _ usual: String
    ) throws(TemplateError) -> Bool {
        switch try text(properties, key) {
        case nil, usual: return false
        case "RESPONSE_STREAM", "STREAM": return true
        default:
            throw scope.error(
                properties?[key] ?? root, key, "\(usual) or RESPONSE_STREAM was expected")
        }
    }

    /// A path that two APIs have is reached by the first of them, unless a request names the API.
    mutating func settleRoutes() {
        var first: [String: String] = [:]
        var routes: [RouteDefinition] = []
        for (route, line) in zip(template.routes, routeLines) {
            if routes.contains(where: { $0.api == route.api && $0.key == route.key }) {
                warn(line, "\(route.key): has a route already, which counts")
                continue
            }
            routes.append(route)
            if let other = first[route.key] {
                warn(
                    line,
                    "\(route.key): is a route of \(other), too, which gets such requests unless "
                        + "they name \(route.api): /execute-api/\(route.api)/…")
            } else {
                first[route.key] = route.api
            }
        }
        template.routes = routes
        for (function, line) in authorizerLines where template.function(named: function) == nil {
            warn(line, "\(function): the template has no such function: its requests are refused")
        }
    }
}
