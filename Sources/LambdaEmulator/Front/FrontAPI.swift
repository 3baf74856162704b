/// One API that is served, and its routes.
final class FrontAPI: Sendable {
    let definition: APIDefinition
    let cors: CORSPolicy?
    private let authorizers: [String: Authorizer]

    init(_ definition: APIDefinition, _ environment: FrontEnvironment) {
        self.definition = definition
        cors = CORSPolicy(definition.cors)
        authorizers = Dictionary(
            definition.authorizers.map {
                ($0.name, Authorizer($0, isOfHTTPAPI: definition.kind == .http, environment))
            }, uniquingKeysWith: { first, _ in first })
    }

    func authorizer(named name: String?) -> Authorizer? { name.flatMap { authorizers[$0] } }

    var isREST: Bool { definition.kind == .rest }
    var gateway: Gateway { isREST ? .restAPI : .httpAPI(isVersion1: false) }
}

/// One route that is served.
final class FrontRoute: Sendable {
    let definition: RouteDefinition
    let api: FrontAPI
    let pool: FunctionPool
    let context: FrontContext
    let gateway: Gateway
    /// Asked first; nil lets every request through.
    let authorizer: Authorizer?

    init(_ definition: RouteDefinition, of api: FrontAPI, to pool: FunctionPool, accountID: String)
    {
        self.definition = definition
        self.api = api
        self.pool = pool
        context = FrontContext(definition, of: api.definition, accountID: accountID)
        gateway = Gateway(definition.format)
        authorizer = api.authorizer(named: definition.authorizer)
    }

    /// The path's parameters as the event has them: an HTTP API decodes them.
    func parameters(
        _ parameters: [(name: String, value: String)]
    ) -> [(name: String, value: String)] {
        guard !api.isREST else { return parameters }
        return parameters.map { ($0.name, PercentEncoding.decode($0.value)) }
    }
}
