import FoundationEssentials

/// What a handler takes: an event made from the bytes of an invocation.
public protocol LambdaEvent: Sendable {
    /// Reads the payload of an invocation.
    ///
    /// - Throws: Any error; it becomes the invocation's error. See ``LambdaEventError``.
    init(lambdaPayload: [UInt8]) throws
}

extension LambdaEvent where Self: Decodable {
    /// Reads the payload with `JSONDecoder`; every decoding failure becomes a
    /// ``LambdaEventError``, whose text repeats nothing of the event.
    public init(lambdaPayload: [UInt8]) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(lambdaPayload))
        } catch is DecodingError {
            throw LambdaEventError("event does not match the type that the handler takes")
        }
    }
}

extension [UInt8]: LambdaEvent {
    /// The payload as it is.
    public init(lambdaPayload: [UInt8]) {
        self = lambdaPayload
    }
}
