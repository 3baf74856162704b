/// What a handler takes: an event made from the bytes of an invocation.
public protocol LambdaEvent: Sendable {
    /// Reads the payload of an invocation.
    ///
    /// - Throws: Any error; it becomes the invocation's error. See ``LambdaEventError``.
    init(lambdaPayload: [UInt8]) throws
}

extension [UInt8]: LambdaEvent {
    /// The payload as it is.
    public init(lambdaPayload: [UInt8]) {
        self = lambdaPayload
    }
}
