internal import HTTPServer
import TextEncoding

/// Calls functions as the AWS SDKs do.
///
/// An `Event` invocation is queued in memory and run once: it is lost with the emulator, and a
/// failed one is not tried again. A durable queue with AWS's retries is a later step.
/// Sources: "Invoke", "InvokeWithResponseStream" and "InvokeAsync" of the AWS Lambda API reference.
struct InvokeAPI: Sendable {
    let clock: EmulatorClock
    let identifiers: IdentifierSource

    /// Invoke: RequestResponse, Event and DryRun.
    func invoke(
        _ pool: FunctionPool, _ request: HTTPServerRequest, _ responder: HTTPResponder,
        _ requestID: String
    ) throws(InvokeRefusal) {
        let options = try InvokeOptions(request)
        switch options.type {
        case .requestResponse:
            let event = try Self.event(of: request, bytesMax: InvokeOptions.eventBytesMax)
            pool.invoke(
                invocation(requestID, event, request, options) {
                    Self.respond($0, requestID, responder, options)
                })
        case .event:
            try queue(pool, request, responder, requestID, options)
            responder.respond(status: 202, fields: Self.fields(requestID))
        case .dryRun:
            _ = try Self.event(of: request, bytesMax: InvokeOptions.eventBytesMax)
            responder.respond(
                status: 204, fields: Self.fields(requestID) + [InvokeOptions.executedVersion])
        }
    }

    /// InvokeAsync, which AWS has deprecated in favour of Event invocations.
    func invokeAsync(
        _ pool: FunctionPool, _ request: HTTPServerRequest, _ responder: HTTPResponder,
        _ requestID: String
    ) throws(InvokeRefusal) {
        try queue(pool, request, responder, requestID, try InvokeOptions(request))
        responder.respond(
            status: 202, fields: Self.fields(requestID), body: Array(#"{"Status":202}"#.utf8))
    }

    /// InvokeWithResponseStream.
    func stream(
        _ pool: FunctionPool, _ request: HTTPServerRequest, _ responder: HTTPResponder,
        _ requestID: String
    ) throws(InvokeRefusal) {
        let options = try InvokeOptions(request)
        guard options.type != .event else { throw .invalidParameter("X-Amz-Invocation-Type") }
        let event = try Self.event(of: request, bytesMax: InvokeOptions.eventBytesMax)
        let head = [("x-amzn-RequestId", requestID), InvokeOptions.executedVersion]
        guard options.type == .requestResponse else {
            return responder.respond(status: 204, fields: head)
        }
        let answer = EventStreamAnswer(
            responder, fields: head, wantsLogTail: options.wantsLogTail)
        pool.invoke(
            invocation(requestID, event, request, options, sink: answer) {
                answer.complete($0, requestID: requestID)
            })
    }

    /// A refusal comes at once and answers first; what is answered after it is ignored.
    private func queue(
        _ pool: FunctionPool, _ request: HTTPServerRequest, _ responder: HTTPResponder,
        _ requestID: String, _ options: InvokeOptions
    ) throws(InvokeRefusal) {
        let event = try Self.event(of: request, bytesMax: InvokeOptions.asynchronousBytesMax)
        var options = options
        options.clientContext = nil
        pool.invoke(
            invocation(requestID, event, request, options) { outcome in
                guard case .refused(let refusal) = outcome else { return }
                InvokeRefusal(refusal).respond(requestID, responder)
            })
    }

    private func invocation(
        _ requestID: String, _ event: [UInt8], _ request: HTTPServerRequest,
        _ options: InvokeOptions, sink: (any ResponseSink)? = nil,
        completion: @escaping @Sendable (InvocationOutcome) -> Void
    ) -> Invocation {
        let now = clock.unixMs()
        return Invocation(
            requestID: requestID, event: event,
            context: Invocation.Context(
                traceID: request.field("X-Amzn-Trace-Id") ?? identifiers.traceID(unixMs: now),
                origin: .invoke, clientContext: options.clientContext,
                tenantID: options.tenantID),
            acceptedMs: now, sink: sink, completion: completion)
    }

    private static func event(
        of request: HTTPServerRequest, bytesMax: Int
    ) throws(InvokeRefusal) -> [UInt8] {
        guard request.body.count <= bytesMax else { throw .tooLarge(bytesMax: bytesMax) }
        guard !request.body.isEmpty else { return Array("{}".utf8) }
        do {
            try JSONScanner.check(request.body)
        } catch {
            throw .invalidContent(offset: error.offset)
        }
        return request.body
    }

    private static func fields(_ requestID: String) -> [(String, String)] {
        [("Content-Type", "application/json"), ("x-amzn-RequestId", requestID)]
    }

    private static func respond(
        _ outcome: InvocationOutcome, _ requestID: String, _ responder: HTTPResponder,
        _ options: InvokeOptions
    ) {
        switch outcome {
        case .completed(let result):
            var fields = fields(requestID)
            fields.append(InvokeOptions.executedVersion)
            if result.failure != nil { fields.append(("X-Amz-Function-Error", "Unhandled")) }
            // For the developer only: AWS has no such field.
            if let why = result.explanationField { fields.append(("x-emulator-error", why)) }
            if options.wantsLogTail {
                fields.append(("X-Amz-Log-Result", Base64.encode(result.logTail)))
            }
            responder.respond(status: 200, fields: fields, body: result.payload)
        case .refused(let refusal): InvokeRefusal(refusal).respond(requestID, responder)
        }
    }
}
