internal import HTTPServer

/// What tells an authorizer who calls: the values of its identity sources.
enum CallerIdentity {
    /// The values in the order of the sources; nil when one is missing or empty.
    static func values(
        of front: FrontRequest, _ sources: [AuthorizerDefinition.IdentitySource]
    ) -> [String]? {
        var values: [String] = []
        for source in sources {
            guard let value = value(of: front, source), !value.isEmpty else { return nil }
            values.append(value)
        }
        return values
    }

    private static func value(
        of front: FrontRequest, _ source: AuthorizerDefinition.IdentitySource
    ) -> String? {
        switch source {
        case .header(let name): front.request.field(name)
        case .query(let name):
            front.request.queryParameters.first { $0.name == name }?.values.first
        case .stageVariable(let name):
            front.context.stageVariables.first { $0.name == name }?.value
        case .context(let name): contextValue(of: front, name)
        }
    }

    /// Source: "Variables for access logging", of what is known here.
    private static func contextValue(of front: FrontRequest, _ name: String) -> String? {
        switch name {
        case "accountId": front.context.accountID
        case "apiId": front.context.apiID
        case "domainName": front.domainName
        case "httpMethod": front.request.method
        case "identity.sourceIp": front.request.remoteAddress
        case "identity.userAgent": front.request.field("User-Agent")
        case "path": front.context.stagePrefix + front.request.path
        case "protocol": "HTTP/1.1"
        case "requestId": front.requestID
        case "resourcePath": front.context.resource
        case "routeKey": front.context.routeKey
        case "stage": front.context.stage
        default: nil
        }
    }
}
