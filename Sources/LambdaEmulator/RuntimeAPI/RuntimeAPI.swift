import Locking

internal import HTTPServer
internal import StrictJSON

/// The Runtime API, version 2018-06-01: what a function's process talks to.
///
/// Each instance has a port of its own, so the port alone tells which instance speaks, whatever
/// the runtime. A streamed answer (Lambda-Runtime-Function-Response-Mode: streaming) is handed on
/// while it arrives. Statuses and words of errors are those of AWS's runtime interface emulator.
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
final class RuntimeAPI: Sendable {
    private static let accepted = Array(#"{"status":"OK"}"#.utf8)
    private static let json = [("Content-Type", "application/json")]
    private static let text = [("Content-Type", "text/plain; charset=utf-8")]

    private let pools = Locked<[UInt16: FunctionPool]>([:])

    func register(_ port: UInt16, for pool: FunctionPool) { pools.withLock { $0[port] = pool } }

    func unregister(_ port: UInt16) { pools.withLock { _ = $0.removeValue(forKey: port) } }

    func unregisterAll() { pools.withLock { $0 = [:] } }

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        let port = request.localPort
        let pool = pools.withLock { $0[port] }
        do throws(RuntimeRefusal) {
            guard let pool else { throw RuntimeRefusal.ended }
            switch RuntimeCall(request) {
            case .next: return try pool.next(port: port, responder: responder)
            case .response(let id): try Self.answer(id, request, to: pool)
            case .error(let id):
                let error = PostedError(request)
                try pool.answer(
                    port: port, requestID: id, payload: error.payload,
                    contentType: error.contentType, failure: error.failure)
            case .initError:
                let error = PostedError(request)
                try pool.initFailed(
                    port: port, payload: error.payload, errorType: error.failure.errorType)
            case .extensions:
                return try ExtensionAPI(pool: pool, request: request, responder: responder)
                    .handle()
            case .ping:
                return responder.respond(status: 200, fields: Self.text, body: Array("pong".utf8))
            case .otherMethod(let allowed):
                pool.tell(.unknownPath, port: port)
                return responder.respond(status: 405, fields: [("Allow", allowed)])
            case .unknown:
                pool.tell(.unknownPath, port: port)
                return responder.respond(
                    status: 404, fields: Self.text, body: Array("404 page not found\n".utf8))
            }
            responder.respond(status: 202, fields: Self.json, body: Self.accepted)
        } catch {
            if let lint = error.lint { pool?.tell(lint, port: port) }
            Self.refuse(error, responder)
        }
    }

    private static func answer(
        _ id: String, _ request: HTTPServerRequest, to pool: FunctionPool
    ) throws(RuntimeRefusal) {
        if let mode = request.field(RuntimeField.responseMode), mode != "streaming" {
            throw try pool.refuseMode(port: request.localPort, requestID: id)
        }
        try pool.answer(
            port: request.localPort, requestID: id, payload: request.body,
            contentType: request.field(RuntimeField.contentType), failure: nil)
    }

    /// A request whose body was more than the server reads.
    func handleTooLarge(_ request: HTTPServerRequest) {
        guard let pool = pools.withLock({ $0[request.localPort] }) else { return }
        switch RuntimeCall(request) {
        case .response(let id), .error(let id):
            // An id that is not the running one changes nothing; the server answers 413 itself.
            try? pool.answerTooLarge(
                port: request.localPort, requestID: id,
                bytesMax: pool.environment.limits.responseBytesMax)
            pool.tell(.tooLarge, port: request.localPort)
        default: break
        }
    }

    /// What takes a streamed answer; nil for what `handle` is to see whole, and to refuse.
    func receiver(
        of request: HTTPServerRequest, _ upload: HTTPUpload, _ responder: HTTPResponder
    ) -> (any HTTPBodyReceiver)? {
        guard request.field(RuntimeField.responseMode) == "streaming",
            case .response(let id) = RuntimeCall(request),
            let pool = pools.withLock({ $0[request.localPort] }),
            let invocation = try? pool.beginAnswer(
                port: request.localPort, requestID: id,
                contentType: request.field(RuntimeField.contentType) ?? "application/octet-stream")
        else { return nil }
        return StreamedAnswer(
            invocation, of: pool, port: request.localPort, upload: upload
        ) { [port = request.localPort] refusal in
            guard let refusal else {
                return responder.respond(status: 202, fields: Self.json, body: Self.accepted)
            }
            if let lint = refusal.lint { pool.tell(lint, port: port) }
            Self.refuse(refusal, responder)
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
}
