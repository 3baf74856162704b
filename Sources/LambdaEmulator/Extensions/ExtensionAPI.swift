internal import HTTPServer
internal import StrictJSON

/// The Extensions API, version 2020-01-01, and the two APIs that extensions get logs from, which
/// answer as AWS's runtime interface emulator does: taken, but not supported.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
struct ExtensionAPI {
    private static let prefix = "/2020-01-01/extension/"
    private static let logs = [
        "/2022-07-01/telemetry": "Telemetry", "/2020-08-15/logs": "Logs",
    ]
    private static let json = [("Content-Type", "application/json")]

    let pool: FunctionPool
    let request: HTTPServerRequest
    let responder: HTTPResponder

    /// True for a path of these APIs.
    static func takes(_ path: String) -> Bool {
        path.hasPrefix(prefix) || logs[path] != nil
    }

    func handle() throws(RuntimeRefusal) {
        if let name = Self.logs[request.path] {
            return request.method == "PUT" ? refuseLogs(name) : refuse(405)
        }
        switch (request.method, request.path.dropFirst(Self.prefix.count)) {
        case ("POST", "register"): try register()
        case ("GET", "event/next"):
            try pool.nextEvent(port: request.localPort, try identifier(), responder)
        case ("POST", "init/error"): try fail(.initError)
        case ("POST", "exit/error"): try fail(.exitError)
        case (_, "register"), (_, "event/next"), (_, "init/error"), (_, "exit/error"): refuse(405)
        default: refuse(404)
        }
    }

    private func register() throws(RuntimeRefusal) {
        guard let name = request.field("Lambda-Extension-Name"), !name.isEmpty else {
            throw .extensions("InvalidExtensionName", "Empty extension name")
        }
        let identifier = try pool.register(
            port: request.localPort, extension: name, events: try events())
        let features = request.field("Lambda-Extension-Accept-Feature") ?? ""
        let wantsAccount = features.split(separator: ",").contains {
            $0.drop { $0 == " " } == "accountId"
        }
        var writer = JSONWriter()
        writer.beginObject()
        if wantsAccount { writer.member("accountId", pool.accountID) }
        writer.member("functionName", pool.definition.name)
        writer.member("functionVersion", "$LATEST")
        writer.member("handler", pool.definition.handler)
        writer.endObject()
        responder.respond(
            status: 200, fields: Self.json + [("Lambda-Extension-Identifier", identifier)],
            body: writer.bytes)
    }

    private func events() throws(RuntimeRefusal) -> [String] {
        let format = "InvalidRequestFormat"
        guard let body = try? StrictJSON.parse(request.body), body.object != nil else {
            throw RuntimeRefusal(
                status: 403, errorType: format, message: "the body is not a JSON object",
                lint: .extensions)
        }
        if body["configurationKeys"]?.array?.isEmpty == false {
            throw RuntimeRefusal(
                status: 403, errorType: format,
                message: "configurationKeys are deprecated; use environment variables instead",
                lint: .extensions)
        }
        return (body["events"]?.array ?? []).map { $0.string ?? "" }
    }

    /// Must be a UUID (RFC 9562).
    private func identifier() throws(RuntimeRefusal) -> String {
        guard let text = request.field("Lambda-Extension-Identifier"), !text.isEmpty else {
            throw .extensions(
                "MissingExtensionIdentifier", "Missing Lambda-Extension-Identifier header")
        }
        let pattern = /[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}/
        guard text.wholeMatch(of: pattern) != nil else {
            throw .extensions("InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier")
        }
        return text
    }

    private func fail(_ state: ExtensionSet.State) throws(RuntimeRefusal) {
        let identifier = try identifier()
        let name = "Lambda-Extension-Function-Error-Type"
        guard let type = request.field(name), !type.isEmpty else {
            throw .extensions("MissingHeader", "\(name) not found")
        }
        try pool.failExtension(
            port: request.localPort, identifier, state, errorType: type)
        responder.respond(
            status: 202, fields: Self.json, body: Array(#"{"status":"OK"}"#.utf8))
    }

    private func refuseLogs(_ name: String) {
        responder.respond(
            status: 202, fields: Self.json,
            body: Array(
                (#"{"errorMessage":"\#(name) API is not supported","#
                    + #""errorType":"\#(name).NotSupported"}"#).utf8))
    }

    private func refuse(_ status: Int) {
        pool.tell(.unknownPath, port: request.localPort)
        responder.respond(status: status)
    }
}
