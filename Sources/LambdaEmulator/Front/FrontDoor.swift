internal import HTTPServer

/// What the emulator's own port serves: the Lambda API, itself, and the template's routes.
struct FrontDoor: Sendable {
    let admin: AdminAPI
    let lambda: LambdaAPI
    let front: HTTPFront

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        if LambdaOperation.isPath(request.path) {
            lambda.handle(request, responder)
        } else if request.path.hasPrefix(AdminAPI.prefix) {
            admin.handle(request, responder)
        } else {
            front.handle(request, responder)
        }
    }

    /// The answer to a request whose body was more than the server reads; nil for the usual one.
    func refusalOfTooLarge(_ request: HTTPServerRequest) -> HTTPServerAnswer? {
        LambdaOperation.isPath(request.path) ? lambda.refusalOfTooLarge() : nil
    }
}
