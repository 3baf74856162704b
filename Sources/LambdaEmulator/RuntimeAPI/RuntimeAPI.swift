import Locking

internal import HTTPServer
internal import StrictJSON

/// The Runtime API, version 2018-06-01: what a function's process talks to.
///
/// Each instance has a port of its own, so the port alone tells which instance speaks, whatever
/// the runtime. A streamed answer (Lambda-Runtime-Function-Response-Mode: streaming) is handed on
/// while it arrives.
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
final class RuntimeAPI: Sendable {
    private static let prefix = "/2018-06-01/runtime/"
    private static let accepted = Array(#"{"status":"OK"}"#.utf8)
    private static let json = [("Content-Type", "application/json")]

    private let pools = Locked<[UInt16: FunctionPool]>([:])

    func register(_ port: UInt16, for pool: FunctionPool) { pools.withLock { $0[port] = pool } }

    func unregister(_ port: UInt16) { pools.withLock { _ = $0.removeValue(forKey: port) } }

    func unregisterAll() { pools.withLock { $0 = [:] } }

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        guard request.path.hasPrefix(Self.prefix) else {
            return responder.respond(status: request.path == "/ping" ? 200 : 404)
        }
        let call = request.path.dropFirst(Self.prefix.count)
        do throws(RuntimeRefusal) {
            let port = request.localPort
            guard let pool = pools.withLock({ $0[port] }) else {
                throw RuntimeRefusal.invalidState("this instance has ended")
            }
            if request.method == "GET", call == "invocation/next" {
                try pool.next(port: port, responder: responder)
            } else if request.method == "POST" {
                try post(call, request, to: pool)
                responder.respond(status: 202, fields: Self.json, body: Self.accepted)
            } else {
                responder.respond(status: 404)
            }
        } catch {
            Self.refuse(error, responder)
        }
    }

    /// A request whose body was more than the server reads.
    func handleTooLarge(_ request: HTTPServerRequest) {
        guard let (id, action) = Self.invocation(request.path.dropFirst(Self.prefix.count)),
            action == "response" || action == "error",
            let pool = pools.withLock({ $0[request.localPort] })
        else { return }
        // An id that is not the running one changes nothing; the server answers 413 itself.
        try? pool.answerTooLarge(
            port: request.localPort, requestID: id,
            bytesMax: pool.environment.limits.responseBytesMax)
    }

    private func post(
        _ call: Substring, _ request: HTTPServerRequest, to pool: FunctionPool
    ) throws(RuntimeRefusal) {
        let port = request.localPort
        if call == "init/error" {
            return try pool.initFailed(
                port: port, payload: request.body,
                errorType: Self.errorType(request.field(RuntimeField.errorType)))
        }
        guard let (id, action) = Self.invocation(call) else {
            throw RuntimeRefusal(status: 404, errorType: "NotFound", message: "no such path")
        }
        switch action {
        case "response":
            if let mode = request.field(RuntimeField.responseMode), mode != "streaming" {
                throw RuntimeRefusal(
                    status: 400, errorType: "InvalidFunctionResponseMode",
                    message: "the only response mode that can be named is streaming")
            }
            try pool.answer(
                port: port, requestID: id, payload: request.body,
                contentType: request.field(RuntimeField.contentType), failure: nil)
        case "error":
            let failure = InvocationFailure(
                kind: .function,
                errorType: Self.errorType(request.field(RuntimeField.errorType)))
            try pool.answer(
                port: port, requestID: id, payload: request.body,
                contentType: request.field(RuntimeField.contentType), failure: failure)
        default:
            throw RuntimeRefusal(status: 404, errorType: "NotFound", message: "no such path")
        }
    }

    /// What takes a streamed answer; nil for what `handle` is to see whole, and to refuse.
    func receiver(
        of request: HTTPServerRequest, _ upload: HTTPUpload, _ responder: HTTPResponder
    ) -> (any HTTPBodyReceiver)? {
        guard request.method == "POST", request.path.hasPrefix(Self.prefix),
            request.field(RuntimeField.responseMode) == "streaming",
            let (id, action) = Self.invocation(request.path.dropFirst(Self.prefix.count)),
            action == "response", let pool = pools.withLock({ $0[request.localPort] }),
            let invocation = try? pool.beginAnswer(
                port: request.localPort, requestID: id,
                contentType: request.field(RuntimeField.contentType) ?? "application/octet-stream")
        else { return nil }
        return StreamedAnswer(
            invocation, of: pool, port: request.localPort, upload: upload
        ) { refusal in
            if let refusal { return Self.refuse(refusal, responder) }
            responder.respond(status: 202, fields: Self.json, body: Self.accepted)
        }
    }

    private static func refuse(_ refusal: RuntimeRefusal, _ responder: HTTPResponder) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("errorMessage", refusal.message)
        writer.member("errorType", refusal.errorType)
        writer.endObject()
        responder.respond(status: refusal.status, fields: json, body: writer.bytes)
    }

    /// `invocation/ID/ACTION`.
    private static func invocation(_ call: Substring) -> (id: String, action: Substring)? {
        let prefix = "invocation/"
        guard call.hasPrefix(prefix) else { return nil }
        let rest = call.dropFirst(prefix.count)
        guard let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return (String(rest[..<slash]), rest[rest.utf8.index(after: slash)...])
    }

    /// The error type as the platform counts it: any name of the form `Runtime.X` or `Function.X`,
    /// `Function.Unknown` or `Runtime.Unknown` for others.
    static func errorType(_ given: String?) -> String {
        let type = given ?? ""
        if type.wholeMatch(of: /(Runtime|Function)\.[A-Z][a-zA-Z]+/) != nil { return type }
        return type.hasPrefix("Function.") ? "Function.Unknown" : "Runtime.Unknown"
    }
}
