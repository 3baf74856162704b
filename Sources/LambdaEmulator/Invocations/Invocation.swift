import Locking

/// One call of a function, from its acceptance to its answer.
final class Invocation: Sendable {
    /// What comes with a call besides its event.
    struct Context: Sendable {
        /// `Root=…;Parent=…;Sampled=…`.
        var traceID: String
        var origin: InvocationOrigin
        /// JSON text, already decoded.
        var clientContext: String?
        /// X-Amz-Tenant-Id.
        var tenantID: String?
    }

    let requestID: String
    let event: [UInt8]
    let context: Context
    /// When it was accepted, Unix milliseconds.
    let acceptedMs: Int64
    /// Takes the answer while it is made, if the caller wants that; otherwise it is put together.
    let sink: (any ResponseSink)?
    /// What was printed and reported for it.
    let log = InvocationLog()
    private let answer = Locked(StreamedAnswer())
    private let judge: (@Sendable (InvocationResult) -> String?)?
    private let completion: @Sendable (InvocationOutcome) -> Void

    /// - Parameters:
    ///   - sink: Takes the answer while it is made.
    ///   - judge: Says why an answer is none for the caller, if it is none: asked before the
    ///     invocation is recorded.
    ///   - completion: Told of the end, once.
    init(
        requestID: String, event: [UInt8], context: Context, acceptedMs: Int64 = 0,
        sink: (any ResponseSink)? = nil,
        judge: (@Sendable (InvocationResult) -> String?)? = nil,
        completion: @escaping @Sendable (InvocationOutcome) -> Void
    ) {
        self.requestID = requestID
        self.event = event
        self.context = context
        self.acceptedMs = acceptedMs
        self.sink = sink
        self.judge = judge
        self.completion = completion
    }

    /// Ends the call; whoever has taken it from its instance calls this, once.
    ///
    /// - Parameters:
    ///   - payload: The answer, or the error's JSON; nil for a streamed answer.
    ///   - contentType: What the runtime said of the payload.
    ///   - explanation: Why the platform failed it.
    func complete(
        payload: [UInt8]?, contentType: String? = nil, failure: InvocationFailure? = nil,
        explanation: FailureExplanation? = nil, report: InvocationReport
    ) {
        let streamed = answer.withLock { $0 }
        let isStreamed = sink != nil && streamed.contentType != nil
        func result(_ payload: [UInt8], _ explanation: String?) -> InvocationResult {
            InvocationResult(
                requestID: requestID, payload: payload,
                contentType: contentType ?? streamed.contentType, failure: failure,
                isStreamed: isStreamed, report: report, log: log.bytes,
                explanation: explanation)
        }
        var whole = result(payload ?? streamed.payload, explanation?.text)
        if failure == nil, let judge { whole.explanation = judge(whole) }
        streamed.observer?.ended(self, whole, answerBytes: payload?.count ?? streamed.byteCount)
        completion(
            .completed(isStreamed && payload == nil ? result([], whole.explanation) : whole))
    }

    func refuse(_ refusal: InvocationRefusal) {
        if case .throttled = refusal {
            answer.withLock { $0.observer }?.throttled(self)
        }
        completion(.refused(refusal))
    }

    /// The observer is told of the end, too.
    func observe(by observer: InvocationObserver) {
        answer.withLock { $0.observer = observer }
    }
}

extension Invocation {
    /// What has come of a streamed answer, and who is told of the end.
    private struct StreamedAnswer {
        var observer: InvocationObserver?
        /// Nil until the answer begins.
        var contentType: String?
        /// When a sink takes it, only the beginning is kept, and only for an observer.
        var payload: [UInt8] = []
        var byteCount = 0
    }

    /// How much of a streamed answer has come.
    var streamedBytes: Int { answer.withLock { $0.byteCount } }

    /// The function has begun an answer that it makes bit by bit.
    func beginAnswer(contentType: String) {
        answer.withLock { $0.contentType = contentType }
        sink?.begin(contentType: contentType)
    }

    /// A piece of such an answer.
    ///
    /// - Returns: True when the function should wait until `whenDrained` is called.
    func continueAnswer(
        _ piece: UnsafeRawBufferPointer, whenDrained: @escaping @Sendable () -> Void
    ) -> Bool {
        answer.withLock { answer in
            answer.byteCount += piece.count
            if sink == nil {
                answer.payload.append(contentsOf: piece)
            } else if answer.observer != nil {
                let room = RecordedInvocation.bodyBytesMax - answer.payload.count
                answer.payload.append(contentsOf: piece.prefix(room))
            }
        }
        return sink?.write(piece, whenDrained: whenDrained) ?? false
    }
}

/// Takes an answer while a function makes it; called from the servers' threads.
///
/// The end comes by the invocation's completion, as for any other answer.
protocol ResponseSink: AnyObject, Sendable {
    /// The function has begun to answer.
    func begin(contentType: String)
    /// A piece of the answer, in order.
    ///
    /// - Parameter whenDrained: To be called once, later, if this returns true.
    /// - Returns: True when the function should wait with the next piece.
    func write(
        _ piece: UnsafeRawBufferPointer, whenDrained: @escaping @Sendable () -> Void
    ) -> Bool
}
