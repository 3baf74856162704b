internal import HTTPServer

/// Everything of a template that HTTP clients reach: its APIs and its functions' URLs.
///
/// A request that names neither an API nor a URL reaches the routes of all APIs, without a stage.
struct FrontSites: Sendable {
    /// A REST API caps a request at 10 MB; the server refuses larger ones itself.
    static let bodyBytesMax = 10 * 1024 * 1024

    private let all: APIFront
    private let apis: [String: (api: FrontAPI, front: APIFront)]
    private let urls: [String: FunctionURLFront]
    private let functionURLs: [FunctionURLDefinition]

    init(_ template: Template, _ environment: FrontEnvironment) {
        var table = FrontTable()
        var apis: [String: (FrontAPI, APIFront)] = [:]
        for definition in template.allAPIs {
            let api = FrontAPI(definition, environment)
            let routes = template.routes.filter { $0.api == definition.id }.compactMap { route in
                environment.directory.pool(named: route.function).map {
                    FrontRoute(route, of: api, to: $0, accountID: environment.accountID)
                }
            }
            _ = table.add(api, routes)
            var own = FrontTable()
            _ = own.add(api, routes)
            apis[definition.id.lowercased()] = (
                api, APIFront(table: own, environment: environment)
            )
        }
        self.apis = apis
        all = APIFront(table: table, environment: environment)
        functionURLs = template.functionURLs
        urls = Dictionary(
            template.functionURLs.compactMap { url in
                environment.directory.pool(named: url.function).map {
                    (url.function.lowercased(), FunctionURLFront(url, to: $0, environment))
                }
            }, uniquingKeysWith: { first, _ in first })
    }

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        guard let address = FrontAddress(pathOf: request), isKnown(address) else {
            return all.handle(request, responder)
        }
        handle(address, responder)
    }

    /// Answers a request that names an API or a function's URL.
    func handle(_ address: FrontAddress, _ responder: HTTPResponder) {
        switch address.kind {
        case .api:
            guard let (api, front) = apis[address.name] else {
                return responder.respond(GatewayFault.noStage.answer(.restAPI))
            }
            guard let staged = Self.withoutStage(address.request, api.definition.stage) else {
                return responder.respond(GatewayFault.noStage.answer(api.gateway))
            }
            front.handle(staged, responder)
        case .functionURL:
            guard let url = urls[address.name] else {
                return responder.respond(GatewayFault.noStage.answer(.functionURL))
            }
            url.handle(address.request, responder)
        }
    }

    /// A route may begin like an address.
    private func isKnown(_ address: FrontAddress) -> Bool {
        address.kind == .api ? apis[address.name] != nil : urls[address.name] != nil
    }

    /// Nil when the path does not begin with the stage.
    private static func withoutStage(
        _ request: HTTPServerRequest, _ stage: String
    ) -> HTTPServerRequest? {
        guard stage != "$default" else { return request }
        let rest = request.path.dropFirst()
        guard rest.hasPrefix(stage) else { return nil }
        let path = rest.dropFirst(stage.count)
        guard path.isEmpty || path.hasPrefix("/") else { return nil }
        return request.withPath(path.isEmpty ? "/" : String(path))
    }

    /// The answer to a request whose body was more than the server reads.
    func refusalOfTooLarge(_ request: HTTPServerRequest) -> HTTPServerAnswer {
        guard let address = FrontAddress(hostOf: request) ?? FrontAddress(pathOf: request) else {
            return GatewayFault.tooLarge.answer(all.gateway(of: request))
        }
        let gateway: Gateway =
            address.kind == .api
            ? apis[address.name]?.api.gateway ?? .restAPI : .functionURL
        return GatewayFault.tooLarge.answer(gateway)
    }

    /// Where each API that shares the port with others, and each function's URL, is reached.
    func addresses(port: UInt16) -> [String] {
        var lines = functionURLs.map {
            "\($0.function): http://\($0.function).lambda-url.localhost:\(port)/"
        }
        guard apis.count > 1 else { return lines }
        for api in all.table.apis.map(\.definition) {
            let stage = api.stage == "$default" ? "" : api.stage + "/"
            lines.append("\(api.id): http://\(api.id).execute-api.localhost:\(port)/\(stage)")
        }
        return lines
    }
}

extension Template {
    /// The APIs, with those that only routes name.
    fileprivate var allAPIs: [APIDefinition] {
        var all = apis
        for route in routes where !all.contains(where: { $0.id == route.api }) {
            all.append(
                APIDefinition(id: route.api, kind: route.format == .restAPI ? .rest : .http))
        }
        return all
    }
}
