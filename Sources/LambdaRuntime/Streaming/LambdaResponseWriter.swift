import Locking

/// Sends the answer of one invocation, piece by piece.
///
/// A piece leaves at once: a call returns when the operating system has taken it whole, and it
/// waits, and the thread with it, as long as the platform takes no more. So an answer of any
/// length needs no more memory than its largest piece. Pieces of a few kilobytes and more cost the
/// least; each becomes a message of its own.
///
/// Every call throws `CancellationError` once the invocation is cancelled (see ``LambdaContext``),
/// and ``LambdaResponseError`` when the piece cannot be sent. Several tasks may write: each piece
/// stays whole.
public final class LambdaResponseWriter: Sendable {
    private let stream: Locked<ResponseStream>

    init(_ sink: sending any ResponseSink) { stream = Locked(ResponseStream(sink)) }

    /// Begins an HTTP answer: status, header fields and cookies leave at once.
    ///
    /// For callers by function URL and API Gateway. Without it the status is 200.
    ///
    /// - Throws: ``LambdaResponseError/alreadyBegun`` after the first byte.
    public func begin(_ prelude: HTTPResponsePrelude) async throws {
        try begin(.http(prelude))
    }

    /// Begins an answer of a media type, which leaves at once and is the caller's `Content-Type`.
    ///
    /// Without it the type is `application/octet-stream`.
    ///
    /// - Parameter contentType: A media type, such as `text/event-stream` (RFC 9110, section 8.3).
    /// - Throws: ``LambdaResponseError/alreadyBegun`` after the first byte.
    public func begin(contentType: String) async throws {
        try begin(.plain(contentType: contentType))
    }

    /// Sends the next bytes of the body.
    public func write(_ bytes: some Collection<UInt8>) async throws {
        try Task.checkCancellation()
        let sent: Void? = try bytes.withContiguousStorageIfAvailable { bytes in
            try write(UnsafeRawBufferPointer(bytes))
        }
        guard sent == nil else { return }
        try Array(bytes).withUnsafeBytes { bytes in try write(bytes) }
    }

    /// Sends the next bytes of the body, a text in UTF-8.
    public func write(_ text: String) async throws {
        try await write(text.utf8)
    }

    /// Ends the answer; whoever still writes gets ``LambdaResponseError/ended``.
    func end(_ failure: ErrorReport?) -> ResponseStream.End {
        stream.withLock { $0.end(failure) }
    }

    private func begin(_ head: ResponseHead) throws {
        try Task.checkCancellation()
        try stream.withLock { stream throws(LambdaResponseError) in try stream.begin(head) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(LambdaResponseError) {
        try stream.withLock { stream throws(LambdaResponseError) in try stream.write(bytes) }
    }
}
