internal import HTTPServer

/// The routes of one API, or of all of them.
struct FrontTable: Sendable {
    enum Target: Sendable {
        case route(FrontRoute)
        case mock(FrontMock)

        var api: FrontAPI {
            switch self {
            case .route(let route): route.api
            case .mock(let mock): mock.api
            }
        }
    }

    private var routes = RouteTable<Target>()
    private(set) var apis: [FrontAPI] = []

    /// Adds an API with its routes, those of other APIs before them.
    ///
    /// - Returns: The keys of routes that have a function already.
    mutating func add(_ api: FrontAPI, _ added: [FrontRoute]) -> [String] {
        apis.append(api)
        var repeated: [String] = []
        for route in added {
            let definition = route.definition
            if !routes.add(
                method: definition.method, path: definition.path, .route(route))
            {
                repeated.append(definition.key)
            }
        }
        if api.isREST, let cors = api.cors { addMocks(api, cors, added) }
        return repeated
    }

    /// A path that has an `OPTIONS` method of its own keeps it; one with `ANY` does not.
    private mutating func addMocks(_ api: FrontAPI, _ cors: CORSPolicy, _ added: [FrontRoute]) {
        var byPath: [String: [FrontRoute]] = [:]
        for route in added { byPath[route.definition.path, default: []].append(route) }
        for (path, all) in byPath where !all.contains(where: { $0.definition.method == "OPTIONS" })
        {
            let context = all[0].context
            let mock = FrontMock(
                api: api, answer: cors.mock(methods: Self.methods(all.map(\.definition.method))),
                authorizer: api.authorizer(named: api.definition.preflightAuthorizer),
                context: context)
            routes.add(method: "OPTIONS", path: path, .mock(mock))
        }
    }

    private static func methods(_ named: [String]) -> [String] {
        let all = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
        return named.contains("ANY") ? all : (named + ["OPTIONS"]).sorted()
    }

    /// The route for a method and a raw path.
    func match(method: String, path: String) -> RouteTable<Target>.Match? {
        if let match = routes.match(method: method, path: path) { return match }
        // A REST API passes over a slash at the end.
        if path.utf8.count > 1, path.hasSuffix("/"),
            let match = routes.match(method: method, path: String(path.dropLast())),
            match.target.api.isREST
        {
            return match
        }
        return routes.defaultMatch
    }

    /// The methods that a path has.
    func methods(path: String) -> [String] { routes.methods(path: path) }

    /// The HTTP API with CORS that answers a preflight request.
    func preflightAPI(_ request: HTTPServerRequest, path: String) -> FrontAPI? {
        guard CORSPolicy.isPreflight(request) else { return nil }
        let method = request.field("Access-Control-Request-Method") ?? ""
        let http = apis.filter { !$0.isREST }
        let api = match(method: method, path: path)?.target.api ?? (http.count == 1 ? http[0] : nil)
        return api?.isREST == false && api?.cors != nil ? api : nil
    }
}

/// `OPTIONS` of a path of a REST API with CORS, which SAM makes: the same answer to everybody.
struct FrontMock: Sendable {
    let api: FrontAPI
    let answer: HTTPServerAnswer
    let authorizer: Authorizer?
    /// That of a route of the path.
    let context: FrontContext
}
