internal import HTTPServer

/// Serves the routes of HTTP and REST APIs as API Gateway would.
struct APIFront: Sendable {
    let table: FrontTable
    let environment: FrontEnvironment

    /// Answers a request.
    ///
    /// - Parameter request: Its path is without the stage.
    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        if let api = table.preflightAPI(request, path: request.path), let cors = api.cors {
            return responder.respond(cors.preflight(request, status: 204))
        }
        guard let match = table.match(method: request.method, path: request.path) else {
            return refuse(request, responder)
        }
        switch match.target {
        case .mock(let mock): preflight(mock, request, responder)
        case .route(let route): call(route, match.parameters, request, responder)
        }
    }

    private func call(
        _ route: FrontRoute, _ parameters: [(name: String, value: String)],
        _ request: HTTPServerRequest, _ responder: HTTPResponder
    ) {
        let front = front(request, route.context, route.parameters(parameters))
        let call = FrontCall(
            front, responder, through: route.gateway, to: route.pool,
            cors: route.api.isREST ? nil : route.api.cors,
            timeoutMs: route.definition.timeoutMs, environment)
        guard let authorizer = route.authorizer else { return invoke(call, route, nil) }
        authorizer.decide(front) { [self] decision in
            switch decision {
            case .allowed(let context): invoke(call, route, context)
            case .refused(let fault, let explanation): call.fail(fault, explanation)
            }
        }
    }

    private func invoke(_ call: FrontCall, _ route: FrontRoute, _ context: AuthorizerContext?) {
        let event =
            switch route.definition.format {
            case .httpAPI: HTTPEventBuilder.make(call.front, authorizer: context)
            case .httpAPIVersion1:
                RESTEventBuilder.make(call.front, isVersion1: true, authorizer: context)
            case .restAPI:
                RESTEventBuilder.make(call.front, isVersion1: false, authorizer: context)
            }
        call.invoke(
            event, from: .route(route.definition.key), isStreamed: route.definition.isStreamed)
    }

    /// What SAM gives an API's default authorizer to ask about, too, unless it is told not to.
    private func preflight(
        _ mock: FrontMock, _ request: HTTPServerRequest, _ responder: HTTPResponder
    ) {
        guard let authorizer = mock.authorizer else { return responder.respond(mock.answer) }
        let front = front(request, mock.context, [])
        authorizer.decide(front) { decision in
            guard case .refused(let fault, let explanation) = decision else {
                return responder.respond(mock.answer)
            }
            var answer = fault.answer(.restAPI)
            answer.fields.append(("x-emulator-error", explanation))
            responder.respond(answer)
        }
    }

    private func front(
        _ request: HTTPServerRequest, _ context: FrontContext,
        _ parameters: [(name: String, value: String)]
    ) -> FrontRequest {
        let timeMs = environment.clock.unixMs()
        return FrontRequest(
            request: request, context: context, parameters: parameters,
            requestID: environment.identifiers.requestID(),
            traceID: request.field("X-Amzn-Trace-Id")
                ?? environment.identifiers.traceID(unixMs: timeMs), timeMs: timeMs)
    }

    /// No route takes the request: as an HTTP API says it, unless all are REST APIs.
    private func refuse(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        var answer = GatewayFault.noRoute.answer(gateway)
        let methods = table.methods(path: request.path)
        answer.fields.append(
            (
                "x-emulator-error",
                methods.isEmpty
                    ? "no route has this path"
                    : "no route has this method; the path has \(methods.joined(separator: ", "))"
            ))
        if table.apis.count == 1 { table.apis[0].cors?.apply(to: &answer, of: request) }
        responder.respond(answer)
    }

    var gateway: Gateway {
        let isREST = !table.apis.isEmpty && table.apis.allSatisfy(\.isREST)
        return isREST ? .restAPI : .httpAPI(isVersion1: false)
    }

    /// The gateway that a request's route belongs to.
    func gateway(of request: HTTPServerRequest) -> Gateway {
        table.match(method: request.method, path: request.path)?.target.api.gateway ?? gateway
    }
}
