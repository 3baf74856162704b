import HTTPClient

/// The course of one streamed answer: opened by its first byte, ended once, never longer than AWS
/// takes.
struct ResponseStream {
    /// What has become of an answer.
    enum End: Equatable {
        /// Nothing was sent before the failure, which can still be told as any other is.
        case unsent(ErrorReport)
        /// The platform's status.
        case answered(Int)
        case lost(HTTPClientError)
    }

    private enum Phase {
        case idle, open, ended
        /// The platform has put an end to it before the handler has.
        case cut(End)
    }

    /// AWS Lambda quotas: a streamed response is at most 200 MB.
    static let bytesMax = 200 * 1024 * 1024

    private let sink: any ResponseSink
    private var phase = Phase.idle
    private var bytesSent = 0

    init(_ sink: any ResponseSink) { self.sink = sink }

    /// Opens the answer.
    mutating func begin(_ head: ResponseHead) throws(LambdaResponseError) {
        if case .open = phase { throw .alreadyBegun }
        try send(UnsafeRawBufferPointer(start: nil, count: 0), head: head)
    }

    /// Sends a piece of the body; an empty one does nothing.
    mutating func write(_ piece: UnsafeRawBufferPointer) throws(LambdaResponseError) {
        guard !piece.isEmpty else { return }
        try send(piece, head: .plain(contentType: "application/octet-stream"))
    }

    /// Ends the answer.
    ///
    /// - Parameter failure: What the handler threw.
    mutating func end(_ failure: ErrorReport?) -> End {
        if let failure, case .idle = phase {
            phase = .ended
            return .unsent(failure)
        }
        // An answer without a byte is an answer all the same.
        if case .idle = phase { try? begin(.plain(contentType: "application/octet-stream")) }
        defer { phase = .ended }
        if case .cut(let end) = phase { return end }
        do throws(HTTPClientError) {
            return .answered(try sink.finish(failure))
        } catch {
            return .lost(error)
        }
    }

    private mutating func send(
        _ piece: UnsafeRawBufferPointer, head: ResponseHead
    ) throws(LambdaResponseError) {
        try checkOpen()
        guard piece.count <= Self.bytesMax - bytesSent else { throw .tooLarge }
        do throws(HTTPClientError) {
            let status: Int?
            if case .idle = phase {
                phase = .open
                status = try sink.open(head, piece)
            } else {
                status = try sink.send(piece)
            }
            if let status { phase = .cut(.answered(status)) }
        } catch {
            phase = .cut(.lost(error))
        }
        try checkOpen()
        bytesSent += piece.count
    }

    private func checkOpen() throws(LambdaResponseError) {
        switch phase {
        case .idle, .open: break
        case .cut(.answered(let status)): throw .refused(status: status)
        case .cut: throw .connectionLost
        case .ended: throw .ended
        }
    }
}
