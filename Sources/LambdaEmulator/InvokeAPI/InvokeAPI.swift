internal import HTTPServer
internal import StrictJSON
import TextEncoding

/// The Invoke API: POST /2015-03-31/functions/NAME/invocations, as the AWS SDKs call it.
///
/// An `Event` invocation is queued in memory and run once: it is lost with the emulator, and a
/// failed one is not tried again. A durable queue with AWS's retries is a later step.
/// Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
struct InvokeAPI: Sendable {
    static let prefix = "/2015-03-31/functions/"
    private static let suffix = "/invocations"
    private static let eventBytesMax = 6 * 1024 * 1024
    private static let asynchronousBytesMax = 1024 * 1024
    private static let clientContextBytesMax = 3_583

    let directory: FunctionDirectory
    let clock: EmulatorClock
    let identifiers: IdentifierSource

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        let requestID = identifiers.requestID()
        do throws(InvokeRefusal) {
            guard LocalOrigin.permits(request) else { throw .otherSite }
            let pool = try pool(for: request)
            let type = request.field("X-Amz-Invocation-Type") ?? "RequestResponse"
            let event = try event(of: request, type: type)
            switch type {
            case "DryRun": responder.respond(status: 204, fields: Self.fields(requestID))
            case "Event":
                // A refusal comes at once and answers first; the 202 after it is ignored.
                pool.invoke(
                    invocation(requestID, event, request, clientContext: nil) { outcome in
                        guard case .refused = outcome else { return }
                        Self.respond(outcome, requestID, responder)
                    })
                responder.respond(status: 202, fields: Self.fields(requestID))
            case "RequestResponse":
                let context = try clientContext(of: request)
                let wantsLogTail = request.field("X-Amz-Log-Type") == "Tail"
                pool.invoke(
                    invocation(requestID, event, request, clientContext: context) {
                        Self.respond($0, requestID, responder, wantsLogTail: wantsLogTail)
                    })
            default:
                throw .invalidParameter("X-Amz-Invocation-Type")
            }
        } catch {
            error.respond(requestID, responder)
        }
    }

    private func invocation(
        _ requestID: String, _ event: [UInt8], _ request: HTTPServerRequest,
        clientContext: String?, completion: @escaping @Sendable (InvocationOutcome) -> Void
    ) -> Invocation {
        let now = clock.unixMs()
        return Invocation(
            requestID: requestID, event: event,
            context: Invocation.Context(
                traceID: request.field("X-Amzn-Trace-Id") ?? identifiers.traceID(unixMs: now),
                origin: .invoke, clientContext: clientContext,
                tenantID: request.field("X-Amz-Tenant-Id")),
            acceptedMs: now, completion: completion)
    }

    private func pool(for request: HTTPServerRequest) throws(InvokeRefusal) -> FunctionPool {
        guard request.method == "POST", request.path.hasSuffix(Self.suffix) else {
            throw .noSuchPath
        }
        let name = PercentEncoding.decode(
            request.path.dropFirst(Self.prefix.count).dropLast(Self.suffix.count))
        guard let pool = directory.pool(named: name) else {
            throw .notFound(arn: directory.arn(for: name))
        }
        return pool
    }

    private func event(
        of request: HTTPServerRequest, type: String
    ) throws(InvokeRefusal) -> [UInt8] {
        let bytesMax = type == "Event" ? Self.asynchronousBytesMax : Self.eventBytesMax
        guard request.body.count <= bytesMax else { throw .tooLarge(bytesMax: bytesMax) }
        guard !request.body.isEmpty else { return Array("{}".utf8) }
        do {
            _ = try StrictJSON.parse(
                request.body, limits: JSONLimits(bytesMax: bytesMax, depthMax: 512))
        } catch {
            // AWS takes a name twice; the parser does not, and the rest it has not seen.
            guard error.code == .duplicateName else {
                throw .invalidContent("\(error.code.rawValue) at byte \(error.offset)")
            }
        }
        return request.body
    }

    private func clientContext(
        of request: HTTPServerRequest
    ) throws(InvokeRefusal) -> String? {
        guard let text = request.field("X-Amz-Client-Context"), !text.isEmpty else { return nil }
        guard text.utf8.count <= Self.clientContextBytesMax, let bytes = Base64.decode(text),
            let decoded = String(validating: bytes, as: UTF8.self)
        else { throw .invalidParameter("X-Amz-Client-Context") }
        return decoded
    }

    private static func fields(_ requestID: String) -> [(String, String)] {
        [
            ("Content-Type", "application/json"), ("x-amzn-RequestId", requestID),
            ("X-Amz-Executed-Version", "$LATEST"),
        ]
    }

    private static func respond(
        _ outcome: InvocationOutcome, _ requestID: String, _ responder: HTTPResponder,
        wantsLogTail: Bool = false
    ) {
        switch outcome {
        case .completed(let result):
            var fields = fields(requestID)
            if result.failure != nil { fields.append(("X-Amz-Function-Error", "Unhandled")) }
            if wantsLogTail {
                fields.append(("X-Amz-Log-Result", Base64.encode(result.logTail)))
            }
            responder.respond(status: 200, fields: fields, body: result.payload)
        case .refused(.throttled): InvokeRefusal.throttled.respond(requestID, responder)
        case .refused(.stopping): InvokeRefusal.stopping.respond(requestID, responder)
        }
    }
}
