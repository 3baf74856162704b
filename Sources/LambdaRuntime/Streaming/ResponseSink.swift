import HTTPClient

/// Where one answer goes: opened once, ended once.
///
/// Opening and sending return nil when all has been taken, and otherwise the status of an answer
/// of the platform that came before the end, after which nothing more can be sent.
protocol ResponseSink: AnyObject {
    /// Opens the answer and sends its first piece, which may be empty.
    func open(
        _ head: ResponseHead, _ piece: UnsafeRawBufferPointer
    ) throws(HTTPClientError) -> Int?

    /// Sends a further piece.
    func send(_ piece: UnsafeRawBufferPointer) throws(HTTPClientError) -> Int?

    /// Ends the answer, after a failure with its report, and gives the platform's status.
    func finish(_ failure: ErrorReport?) throws(HTTPClientError) -> Int
}
