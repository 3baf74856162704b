internal import HTTPServer

/// What the emulator's own port serves: the Invoke API, itself, and the template's routes.
struct FrontDoor: Sendable {
    let admin: AdminAPI
    let invoke: InvokeAPI
    let front: HTTPFront

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        if request.path.hasPrefix(InvokeAPI.prefix) {
            invoke.handle(request, responder)
        } else if request.path.hasPrefix(AdminAPI.prefix) {
            admin.handle(request, responder)
        } else {
            front.handle(request, responder)
        }
    }
}
