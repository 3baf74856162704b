/// A function that has been made, as its process sees it; its kinds differ here and nowhere else.
struct Function: Sendable {
    /// How it answers an event.
    enum Answering: Sendable {
        /// Gives the whole answer when it is done.
        case buffered(@Sendable ([UInt8], LambdaContext) async throws -> [UInt8])
        /// Sends its answer itself, piece by piece.
        case streaming(
            @Sendable ([UInt8], LambdaResponseWriter, LambdaContext) async throws -> Void)
    }

    /// The init phase.
    typealias Maker = @Sendable (LambdaInitialization) async throws -> Function

    let answering: Answering
    /// What is to be done once the last invocation is over.
    var shutdown: (@Sendable () async -> Void)?

    init(_ answering: Answering) { self.answering = answering }
}
