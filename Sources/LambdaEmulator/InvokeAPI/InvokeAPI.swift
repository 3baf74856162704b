internal import HTTPServer
import Locking
internal import TableStore
import TextEncoding

/// Calls functions as the AWS SDKs do.
///
/// An `Event` invocation is answered once it is stored durably.
/// Sources: "Invoke", "InvokeWithResponseStream" and "InvokeAsync" of the AWS Lambda API reference.
struct InvokeAPI: Sendable {
    private static let formerEventBytesMax = 256 * 1024

    let asynchronous: AsynchronousQueue
    let clock: EmulatorClock
    let identifiers: IdentifierSource
    let log: EmulatorLog
    /// The functions whose large events were warned of.
    private let warned = Locked<Set<String>>([])

    init(
        asynchronous: AsynchronousQueue, clock: EmulatorClock, identifiers: IdentifierSource,
        log: EmulatorLog
    ) {
        self.asynchronous = asynchronous
        self.clock = clock
        self.identifiers = identifiers
        self.log = log
    }

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
        try queue(
            pool, request, responder, requestID, try InvokeOptions(request),
            answer: Array(#"{"Status":202}"#.utf8))
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

    /// Answers once the event is stored.
    private func queue(
        _ pool: FunctionPool, _ request: HTTPServerRequest, _ responder: HTTPResponder,
        _ requestID: String, _ options: InvokeOptions, answer: [UInt8] = []
    ) throws(InvokeRefusal) {
        let event = try Self.event(of: request, bytesMax: AsynchronousQueue.eventBytesMax)
        let function = pool.definition.name
        if event.count > Self.formerEventBytesMax,
            warned.withLock({ $0.insert(function).inserted })
        {
            log.note("\(function): an asynchronous event is larger than 256 KB, AWS's former limit")
        }
        asynchronous.accept(
            asynchronous.makeEvent(
                event, for: function, requestID: requestID,
                traceID: request.field("X-Amzn-Trace-Id"), tenantID: options.tenantID)
        ) { error in
            guard let error else {
                return responder.respond(
                    status: 202, fields: Self.fields(requestID), body: answer)
            }
            InvokeRefusal.notStored(error.code).respond(requestID, responder)
        }
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
