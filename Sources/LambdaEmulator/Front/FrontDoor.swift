internal import HTTPServer

/// What the emulator's own port serves: the Lambda API, itself, the template's APIs and the URLs
/// of its functions.
struct FrontDoor: Sendable {
    let admin: AdminAPI
    /// Nil when the template has no queue.
    let sqs: SQSAPI?
    let lambda: LambdaAPI
    let sites: FrontSites

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        if let address = FrontAddress(hostOf: request) {
            // An API or a function may have any path below a host of its own.
            sites.handle(address, responder)
        } else if LambdaOperation.isPath(request.path) {
            lambda.handle(request, responder)
        } else if request.path.hasPrefix(AdminAPI.prefix) {
            admin.handle(request, responder)
        } else if let sqs, SQSAPI.takes(request) {
            sqs.handle(request, responder)
        } else {
            sites.handle(request, responder)
        }
    }

    /// The answer to a request whose body was more than the server reads.
    func refusalOfTooLarge(_ request: HTTPServerRequest) -> HTTPServerAnswer {
        FrontAddress(hostOf: request) == nil && LambdaOperation.isPath(request.path)
            ? lambda.refusalOfTooLarge() : sites.refusalOfTooLarge(request)
    }
}
