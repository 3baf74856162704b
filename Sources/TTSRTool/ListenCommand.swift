import Glibc
import HTTPServer
import Locking
import Records
import Webhooks

/// `ttsr webhook listen`: a receiver as a subscriber would write it, that verifies and prints.
enum ListenCommand {
    static func run(_ arguments: inout Arguments) async throws {
        guard let text = try arguments.value("--secret") else {
            throw UsageError("--secret is missing")
        }
        guard let secret = WebhookSecret(text: text) else {
            throw UsageError("--secret must be whsec_ and base64 of 24 to 64 bytes")
        }
        let port = try arguments.number("--port", 0...65_535) ?? 0
        let count = try arguments.number("--count", 1...1_000_000)
        try arguments.ignoreStore()
        try arguments.finish()
        // Ctrl-C ends it at once: it holds nothing that could be lost.
        let (verified, arrived) = AsyncStream<Void>.makeStream()
        let receiver = WebhookReceiver(secret: secret) { arrived.yield() }
        let server: HTTPServer
        do {
            server = try HTTPServer(
                address: "127.0.0.1", port: UInt16(port), bodyBytesMax: 262_144,
                handler: receiver.receive)
        } catch {
            throw CommandFailure("cannot listen on 127.0.0.1:\(port): \(error)")
        }
        Output.line("listening on http://127.0.0.1:\(server.port)")
        var left = count ?? Int64.max
        for await _ in verified {
            left -= 1
            if left == 0 { break }
        }
        server.stop()
    }
}

/// Verifies what arrives and prints one line for it, and its body.
private final class WebhookReceiver: Sendable {
    private let secret: WebhookSecret
    private let arrived: @Sendable () -> Void
    private let seen = Locked<Set<String>>([])

    init(secret: WebhookSecret, arrived: @escaping @Sendable () -> Void) {
        self.secret = secret
        self.arrived = arrived
    }

    @Sendable func receive(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        do throws(WebhookSignatureError) {
            try WebhookSignature.verify(
                field: request.field, body: request.body, secret: secret,
                now: WallClock.system.nowMs() / 1_000)
        } catch {
            Output.line("refused: the signature is \(error.rawValue)")
            return responder.respond(status: 400, fields: [], body: [])
        }
        // The id is the same on every attempt: a repeated delivery is recognised by it.
        let id = request.field("webhook-id") ?? ""
        let isNew = seen.withLock { $0.insert(id).inserted }
        let body = String(decoding: request.body, as: UTF8.self)
        Output.line("\(isNew ? "verified" : "repeated"): \(body)")
        responder.respond(status: 204, fields: [], body: [])
        if isNew { arrived() }
    }
}
