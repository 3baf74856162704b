/// What a handler returns, as the bytes of an answer.
public protocol LambdaOutput: Sendable {
    /// The answer's JSON document, UTF-8; at most 6 MB on AWS.
    func lambdaPayload() throws -> [UInt8]
}

extension [UInt8]: LambdaOutput {
    /// The bytes as they are: the handler has written JSON itself.
    public func lambdaPayload() -> [UInt8] { self }
}

/// The answer `null`, of a handler that has nothing to say.
public struct NoOutput: LambdaOutput {
    /// Makes the answer.
    public init() {}

    /// `null`.
    public func lambdaPayload() -> [UInt8] { Array("null".utf8) }
}
