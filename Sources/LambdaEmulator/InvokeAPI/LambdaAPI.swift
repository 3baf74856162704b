internal import HTTPServer

/// The part of the AWS Lambda API that SDKs and the AWS CLI need to call functions and to look at
/// them, with the emulator as their endpoint.
struct LambdaAPI: Sendable {
    let directory: FunctionDirectory
    let identifiers: IdentifierSource
    let invoke: InvokeAPI
    let functions: FunctionsAPI

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        let requestID = identifiers.requestID()
        do throws(InvokeRefusal) {
            guard LocalOrigin.permits(request) else { throw .otherSite }
            guard
                let (operation, name) = LambdaOperation.read(
                    method: request.method, path: request.path)
            else { throw .unknownOperation }
            guard operation != .listFunctions else {
                return functions.list(responder, requestID)
            }
            try answer(operation, try pool(named: name, request), request, responder, requestID)
        } catch {
            error.respond(requestID, responder)
        }
    }

    private func answer(
        _ operation: LambdaOperation, _ pool: FunctionPool, _ request: HTTPServerRequest,
        _ responder: HTTPResponder, _ requestID: String
    ) throws(InvokeRefusal) {
        switch operation {
        case .invoke: try invoke.invoke(pool, request, responder, requestID)
        case .invokeWithResponseStream: try invoke.stream(pool, request, responder, requestID)
        case .invokeAsync: try invoke.invokeAsync(pool, request, responder, requestID)
        default: try functions.answer(operation, pool, responder, requestID)
        }
    }

    private func pool(
        named text: Substring, _ request: HTTPServerRequest
    ) throws(InvokeRefusal) -> FunctionPool {
        guard var reference = FunctionReference(PercentEncoding.decode(text)) else {
            throw .invalidFunctionName
        }
        if request.query != nil,
            let qualifier = request.queryParameters.first(where: { $0.name == "Qualifier" })?.values
                .first
        {
            guard reference.qualifier == nil || reference.qualifier == qualifier else {
                throw .contradictingQualifiers
            }
            guard let qualified = FunctionReference("\(reference.name):\(qualifier)") else {
                throw .invalidParameter("Qualifier")
            }
            reference = qualified
        }
        guard let pool = directory.pool(of: reference) else {
            throw .notFound(arn: directory.arn(of: reference))
        }
        return pool
    }

    func refusalOfTooLarge() -> HTTPServerAnswer {
        InvokeRefusal.tooLarge(bytesMax: InvokeOptions.eventBytesMax)
            .answer(identifiers.requestID())
    }
}
