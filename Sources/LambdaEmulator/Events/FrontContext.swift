/// What the requests of one route, or of one function URL, have in common in their events.
final class FrontContext: Sendable {
    let accountID: String
    let apiID: String
    let stage: String
    let stageVariables: [(name: String, value: String)]
    /// `GET /v1/events/{id}` or `$default`.
    let routeKey: String
    /// `/v1/events/{id}`.
    let resource: String
    /// Of a REST API: the types of bodies that are bytes; nil decides by what is usually text.
    let binaryTypes: BinaryMediaTypes?

    init(_ route: RouteDefinition, of api: APIDefinition, accountID: String) {
        self.accountID = accountID
        apiID = api.id
        stage = api.stage
        stageVariables = api.stageVariables.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        routeKey = route.key
        resource = route.path
        binaryTypes = api.kind == .rest ? BinaryMediaTypes(api.binaryMediaTypes) : nil
    }

    /// A function URL's: without a signature nobody's account is known.
    init(urlOf function: String) {
        accountID = "anonymous"
        apiID = function
        stage = "$default"
        stageVariables = []
        routeKey = "$default"
        resource = "$default"
        binaryTypes = nil
    }

    /// What stands before a path where its stage is part of it.
    var stagePrefix: String { stage == "$default" ? "" : "/\(stage)" }
}
