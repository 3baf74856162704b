internal import HTTPServer
import Locking

/// One request on its way through a gateway to a function and back.
final class FrontCall: Sendable {
    let front: FrontRequest
    let gateway: Gateway
    let pool: FunctionPool
    private let cors: CORSPolicy?
    private let responder: HTTPResponder
    private let environment: FrontEnvironment
    /// Nil for a gateway that waits as long as the function may take.
    private let timeoutMs: Int?
    /// What was read of the answer when it was recorded.
    private let reading = Locked<Result<HTTPAnswer.Reading, AnswerProblem>?>(nil)

    init(
        _ front: FrontRequest, _ responder: HTTPResponder, through gateway: Gateway,
        to pool: FunctionPool, cors: CORSPolicy?, timeoutMs: Int?,
        _ environment: FrontEnvironment
    ) {
        self.front = front
        self.responder = responder
        self.gateway = gateway
        self.pool = pool
        self.cors = cors
        self.timeoutMs = timeoutMs
        self.environment = environment
    }

    /// Calls the function.
    ///
    /// - Parameter isStreamed: Whether the answer goes to the client while it is made.
    func invoke(_ event: [UInt8], from origin: InvocationOrigin, isStreamed: Bool) {
        guard event.count <= InvokeOptions.eventBytesMax else {
            return fail(
                .tooLarge,
                "the event for \(pool.definition.name) would have \(event.count) bytes; "
                    + "AWS Lambda takes \(InvokeOptions.eventBytesMax)")
        }
        warnOfFields(front.request.fields.lazy.map { ($0.name, $0.value) }, .requestFields)
        let streamed = isStreamed ? StreamedHTTPAnswer(self) : nil
        if let timeoutMs, streamed == nil {
            environment.timeouts.add(
                self, dueNs: environment.clock.steadyNs() + Int64(timeoutMs) * 1_000_000)
        }
        let invocation = Invocation(
            requestID: front.requestID, event: event,
            context: Invocation.Context(traceID: front.traceID, origin: origin),
            acceptedMs: front.timeMs, sink: streamed
        ) { [self] result in
            problem(in: result, streamed)
        } completion: { [self] outcome in
            if timeoutMs != nil, streamed == nil { environment.timeouts.remove(self) }
            complete(outcome, streamed)
        }
        pool.invoke(invocation)
    }

    /// The API waits no longer; the function may run on.
    func timeOut() {
        let seconds = (timeoutMs ?? 0) / 1_000
        fail(
            .timeout,
            "\(gateway.name) waits \(seconds) s for \(pool.definition.name), which may run on")
    }

    private func complete(_ outcome: InvocationOutcome, _ streamed: StreamedHTTPAnswer?) {
        switch outcome {
        case .refused(.throttled):
            fail(
                .throttled,
                "all instances of \(pool.definition.name) are busy and its queue is full")
        case .refused(.stopping): fail(.stopping)
        case .refused(.buildFailed(let failure)): send(failure.answer)
        case .completed(let result):
            guard streamed?.complete(result) != true else { return }
            respond(result)
        }
    }

    private func respond(_ result: InvocationResult) {
        if let failure = result.failure {
            return fail(
                .badAnswer, "\(pool.definition.name) failed with \(failure.errorType)",
                details: result.explanationField)
        }
        switch reading.withLock({ $0.take() }) ?? read(result) {
        case .success(let reading):
            if let hint = reading.hint {
                environment.notes.note("\(pool.definition.name): \(hint)")
            }
            send(reading.answer)
        case .failure(let problem): fail(problem)
        }
    }

    /// Reads an answer, and keeps what was read for who sends it.
    ///
    /// - Returns: What is wrong with it, for the record.
    private func problem(in result: InvocationResult, _ streamed: StreamedHTTPAnswer?) -> String? {
        if let streamed, let problem = streamed.problem(in: result) {
            return explanation(of: problem)
        }
        guard streamed == nil else { return nil }
        let read = read(result)
        reading.withLock { $0 = read }
        guard case .failure(let problem) = read else { return nil }
        return explanation(of: problem)
    }

    private func read(_ result: InvocationResult) -> Result<HTTPAnswer.Reading, AnswerProblem> {
        Result { () throws(AnswerProblem) in
            guard result.contentType != HTTPAnswer.preludeType else {
                return HTTPAnswer.Reading(answer: try StreamPrelude.read(result.payload, gateway))
            }
            return try HTTPAnswer.read(result.payload, gateway, wantsBytes: wantsBytes)
        }
    }

    /// A REST API decodes base64 for a client that accepts the bytes' type.
    private var wantsBytes: Bool {
        front.context.binaryTypes?.contain(front.request.field("Accept")) ?? true
    }

    /// Sends an answer of the function's.
    func send(_ answer: HTTPServerAnswer) { responder.respond(finished(answer)) }

    /// Sends the head of an answer of the function's.
    func stream(_ head: HTTPServerAnswer) -> HTTPBodyStream {
        let head = finished(head)
        return responder.stream(status: head.status, fields: head.fields)
    }

    /// The function's answer is none that the gateway can send on.
    func fail(_ problem: AnswerProblem) {
        fail(.badAnswer, explanation(of: problem))
    }

    private func explanation(of problem: AnswerProblem) -> String {
        "\(gateway.name) cannot send on what \(pool.definition.name) answered: "
            + problem.explanation
    }

    /// The gateway itself answers, and tells the developer why.
    ///
    /// - Parameter details: More for the developer that is in the log already.
    func fail(_ fault: GatewayFault, _ explanation: String? = nil, details: String? = nil) {
        var answer = fault.answer(gateway)
        if let explanation {
            note(explanation)
            let text = identified(explanation) + (details.map { "; \($0)" } ?? "")
            answer.fields.append(("x-emulator-error", text))
        }
        responder.respond(finished(answer))
    }

    func note(_ explanation: String) { environment.log.note(identified(explanation)) }

    private func identified(_ text: String) -> String { "\(text); RequestId: \(front.requestID)" }

    private func warnOfFields(
        _ fields: some Sequence<(String, String)>, _ warning: LimitWarning
    ) {
        guard timeoutMs != nil else { return }
        let byteCount = fields.reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count + 4 }
        guard byteCount > LimitWarning.fieldBytesMax else { return }
        environment.warnings.say(warning, of: pool.definition.name)
    }

    private func finished(_ answer: HTTPServerAnswer) -> HTTPServerAnswer {
        warnOfFields(answer.fields, .answerFields)
        var answer = answer
        cors?.apply(to: &answer, of: front.request)
        answer.fields += gateway.identification(front.requestID, front.traceID)
        return answer
    }
}

extension Gateway {
    /// With its article.
    var name: String {
        switch self {
        case .httpAPI: "an HTTP API"
        case .restAPI: "a REST API"
        case .functionURL: "a function URL"
        }
    }
}
