/// A function that has been made, as a run loop sees it; its kinds differ here and nowhere else.
enum Function: Sendable {
    typealias Buffered = @Sendable ([UInt8], LambdaContext) async throws -> [UInt8]
    typealias Streaming =
        @Sendable ([UInt8], LambdaResponseWriter, LambdaContext) async throws ->
        Void
    /// The init phase.
    typealias Maker = @Sendable (LambdaInitialization) async throws -> Function

    /// Gives the whole answer when it is done.
    case buffered(Buffered)
    /// Sends its answer itself, piece by piece.
    case streaming(Streaming)
}
