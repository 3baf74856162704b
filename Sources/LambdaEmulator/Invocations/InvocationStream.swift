import Locking

/// The answer of a function, piece by piece as the function sends it; for one reader.
///
///     let stream = try emulator.invokeStreaming("countdown", "3")
///     for await piece in stream { … }
///     let result = try await stream.result()
///
/// An answer that is not streamed is one piece. When the function fails, the pieces end, and the
/// result tells of the failure. A function that is faster than its reader waits for it.
public struct InvocationStream: AsyncSequence, Sendable {
    let pieces = StreamedPieces()

    /// Reads the pieces.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let pieces: StreamedPieces

        /// The next piece; nil at the end.
        public func next() async -> [UInt8]? { await pieces.next() }
    }

    /// Reads on from the piece that was read last.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: pieces) }

    /// Waits for the end; pieces that nobody has read until then are dropped.
    ///
    /// - Returns: The result, with an empty payload when the answer was streamed.
    public func result() async throws(EmulatorError) -> InvocationResult {
        try await pieces.result().get()
    }
}

/// What a streamed answer has brought and its reader has not taken.
final class StreamedPieces: ResponseSink {
    private struct State {
        var waiting: [[UInt8]] = []
        var waitingBytes = 0
        var whenDrained: (@Sendable () -> Void)?
        var isDropping = false
        var result: Result<InvocationResult, EmulatorError>?
        var reader: CheckedContinuation<Void, Never>?
        var listeners: [CheckedContinuation<Void, Never>] = []
    }

    /// With more than this the function waits.
    private static let waitingBytesMax = 1024 * 1024

    private let state = Locked(State())

    func begin(contentType: String) {}

    func write(
        _ piece: UnsafeRawBufferPointer, whenDrained: @escaping @Sendable () -> Void
    ) -> Bool {
        let (isFull, reader) = state.withLock { state in
            if !state.isDropping {
                state.waiting.append(Array(piece))
                state.waitingBytes += piece.count
            }
            let isFull = state.waitingBytes > Self.waitingBytesMax
            if isFull { state.whenDrained = whenDrained }
            return (isFull, state.reader.take())
        }
        reader?.resume()
        return isFull
    }

    /// The invocation is over.
    func end(_ result: Result<InvocationResult, EmulatorError>) {
        let waiting = state.withLock { state in
            if case .success(let result) = result, !result.isStreamed, result.failure == nil,
                !state.isDropping
            {
                state.waiting.append(result.payload)
            }
            state.result = result
            defer { state.listeners = [] }
            return state.listeners + [state.reader.take()].compactMap(\.self)
        }
        for one in waiting { one.resume() }
    }

    func next() async -> [UInt8]? {
        while true {
            let (piece, drained, isOver) = state.withLock { state in
                guard !state.waiting.isEmpty else {
                    return (nil as [UInt8]?, nil as (@Sendable () -> Void)?, state.result != nil)
                }
                let piece = state.waiting.removeFirst()
                state.waitingBytes -= piece.count
                let isDrained = state.waitingBytes <= Self.waitingBytesMax
                return (piece, isDrained ? state.whenDrained.take() : nil, false)
            }
            drained?()
            if piece != nil || isOver { return piece }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    let isReady = !state.waiting.isEmpty || state.result != nil
                    if !isReady { state.reader = continuation }
                    return isReady
                }
                if isReady { continuation.resume() }
            }
        }
    }

    func result() async -> Result<InvocationResult, EmulatorError> {
        let drained = state.withLock { state in
            state.isDropping = true
            state.waiting = []
            state.waitingBytes = 0
            return state.whenDrained.take()
        }
        drained?()
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.result == nil { state.listeners.append(continuation) }
                return state.result != nil
            }
            if isOver { continuation.resume() }
        }
        return state.withLock { $0.result } ?? .failure(.notRunning)
    }
}
