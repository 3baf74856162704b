import Locking

/// Keeps an answer instead of sending it, for tests of handlers.
final class ResponseRecord: ResponseSink, Sendable {
    private let kept = Locked(LambdaStreamedResponse(contentType: ""))

    var response: LambdaStreamedResponse { kept.withLock { $0 } }

    func open(_ head: ResponseHead, _ piece: UnsafeRawBufferPointer) -> Int? {
        kept.withLock { response in
            response.contentType = head.contentType
            if case .http(let prelude) = head { response.prelude = prelude }
        }
        return send(piece)
    }

    func send(_ piece: UnsafeRawBufferPointer) -> Int? {
        guard !piece.isEmpty else { return nil }
        kept.withLock { $0.pieces.append(Array(piece)) }
        return nil
    }

    func finish(_ failure: ErrorReport?) -> Int { 202 }
}
