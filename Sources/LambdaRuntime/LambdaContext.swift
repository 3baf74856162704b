/// What the platform tells about one invocation.
///
/// The task that handles the invocation is cancelled shortly before ``deadline``; see
/// ``LambdaFunction/deadlineMargin``.
public struct LambdaContext: Sendable {
    /// The invocation's id; the same again when the platform retries the event.
    public let requestID: String
    /// When the platform will end the invocation, Unix time in milliseconds.
    public let deadline: Int64
    /// The ARN the function was called by.
    public let invokedFunctionARN: String
    /// The X-Ray trace header, `Root=…;Parent=…;Sampled=…`.
    ///
    /// Where one event is handled at a time it also is in the environment, as `_X_AMZN_TRACE_ID`,
    /// for libraries that look there. Where several are, it is here only: the environment belongs
    /// to all of them.
    public let traceID: String?
    /// The caller's client context, JSON text.
    public let clientContext: String?
    /// The caller's Cognito identity, JSON text.
    public let identity: String?
    /// The tenant the invocation is for, with tenant isolation.
    public let tenantID: String?
    /// Adds the request id and the trace id to each line.
    public let logger: LambdaLogger
    private let now: @Sendable () -> Int64

    /// Makes a context, for tests and for other sources of events; each value is what the property
    /// of its name says, and `now` gives Unix time in milliseconds.
    public init(
        requestID: String = "00000000-0000-0000-0000-000000000000", deadline: Int64 = .max,
        invokedFunctionARN: String = "", traceID: String? = nil, clientContext: String? = nil,
        identity: String? = nil, tenantID: String? = nil, logger: LambdaLogger = LambdaLogger(),
        now: @escaping @Sendable () -> Int64 = systemClockMs
    ) {
        self.requestID = requestID
        self.deadline = deadline
        self.invokedFunctionARN = invokedFunctionARN
        self.traceID = traceID
        self.clientContext = clientContext
        self.identity = identity
        self.tenantID = tenantID
        self.logger = logger.with(requestID: requestID, traceID: traceID)
        self.now = now
    }

    init(_ invocation: Invocation, logger: LambdaLogger) {
        self.init(
            requestID: invocation.requestID, deadline: invocation.deadlineMs,
            invokedFunctionARN: invocation.functionARN, traceID: invocation.traceID,
            clientContext: invocation.clientContext, identity: invocation.identity,
            tenantID: invocation.tenantID, logger: logger)
    }

    /// The time left until the deadline, never negative.
    public var remainingTime: Duration {
        let (leftMs, overflow) = deadline.subtractingReportingOverflow(now())
        return overflow ? .milliseconds(Int64.max) : .milliseconds(max(0, leftMs))
    }
}
