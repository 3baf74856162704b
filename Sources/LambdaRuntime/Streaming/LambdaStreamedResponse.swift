/// A streamed answer as a test sees it.
public struct LambdaStreamedResponse: Sendable, Hashable {
    /// The media type that the platform was told.
    public var contentType: String
    /// Status, header fields and cookies, if the handler gave them.
    public var prelude: HTTPResponsePrelude?
    /// The pieces in order, as they were written.
    public var pieces: [[UInt8]]

    /// Makes an answer, to compare with.
    public init(
        contentType: String, prelude: HTTPResponsePrelude? = nil, pieces: [[UInt8]] = []
    ) {
        self.contentType = contentType
        self.prelude = prelude
        self.pieces = pieces
    }

    /// The pieces put together.
    public var body: [UInt8] { Array(pieces.joined()) }
}
