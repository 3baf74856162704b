internal import HTTPServer
internal import StrictJSON

/// What the emulator tells of itself and lets be done with it, below `/_emulator/`.
///
/// Whatever changes something is taken only from programs that know that they talk to an emulator:
/// their requests have a field that a browser lets no page of another site set, and no page of
/// another port of this machine either.
struct AdminAPI: Sendable {
    static let prefix = "/_emulator/"
    /// Its value may be anything.
    static let requiredField = "X-Emulator-Request"

    let calls: [AdminCall]

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        guard LocalOrigin.permits(request) else {
            return Self.refuse(403, "requests from other sites are refused", responder)
        }
        guard request.method == "GET" || Self.isMeant(request) else {
            return Self.refuse(403, "the field \(Self.requiredField) was expected", responder)
        }
        let path = request.path.dropFirst(Self.prefix.count)
        let matching = calls.filter { $0.takes(path) }
        guard let call = matching.first(where: { $0.method == request.method }) else {
            return matching.isEmpty
                ? Self.refuse(404, "no such path", responder)
                : Self.refuse(405, "the path has another method", responder)
        }
        call.handle(
            AdminRequest(request: request, rest: path.dropFirst(call.path.count)), responder)
    }

    /// From a browser, it must come from the emulator's own page.
    private static func isMeant(_ request: HTTPServerRequest) -> Bool {
        guard request.field(requiredField) != nil else { return false }
        guard let origin = request.field("Origin") else { return true }
        return request.field("Host").map { "http://\($0)" } == origin
    }

    static func answer(_ body: [UInt8], status: Int = 200, _ responder: HTTPResponder) {
        responder.respond(
            status: status,
            fields: [
                ("content-type", "application/json"), ("cache-control", "no-store"),
                ("x-content-type-options", "nosniff"),
            ], body: body)
    }

    static func refuse(_ status: Int, _ message: String, _ responder: HTTPResponder) {
        let body: JSONValue = ["message": .string(message)]
        answer(body.serialized(), status: status, responder)
    }
}

/// One method of one path below `/_emulator/`.
struct AdminCall: Sendable {
    let method: String
    /// Without the prefix; one that ends in a slash takes everything below it, too.
    let path: String
    let handle: @Sendable (AdminRequest, HTTPResponder) -> Void

    func takes(_ given: Substring) -> Bool {
        path.hasSuffix("/") ? given.hasPrefix(path) : given == path
    }
}

/// A request below `/_emulator/`.
struct AdminRequest: Sendable {
    let request: HTTPServerRequest
    /// What follows the call's path.
    let rest: Substring

    /// The first query parameter of a name, decoded.
    func parameter(_ name: String) -> String? {
        request.queryParameters.first { $0.name == name }?.values.first
    }
}
