internal import HTTPServer
internal import Locking
import TextEncoding

/// A runtime's answer that is handed on while it arrives.
///
/// Called on the server's thread only, but for nothing: what other threads see is the invocation,
/// which is locked. Unchecked because the two flags belong to that thread.
final class StreamedAnswer: HTTPBodyReceiver, @unchecked Sendable {
    private let invocation: Invocation
    private let pool: FunctionPool
    private let port: UInt16
    private let upload: HTTPUpload
    private let respond: @Sendable (RuntimeRefusal?) -> Void
    /// It was larger than it may be, and the caller was told: the rest is thrown away.
    private var isTooLarge = false
    private let limitBytes: Int

    /// - Parameter respond: Answers the runtime: nil accepts.
    init(
        _ invocation: Invocation, of pool: FunctionPool, port: UInt16, upload: HTTPUpload,
        respond: @escaping @Sendable (RuntimeRefusal?) -> Void
    ) {
        self.invocation = invocation
        self.pool = pool
        self.port = port
        self.upload = upload
        self.respond = respond
        let limits = pool.environment.limits
        limitBytes = invocation.sink == nil ? limits.responseBytesMax : limits.streamedBytesMax
    }

    func receive(_ piece: UnsafeRawBufferPointer) {
        guard !isTooLarge else { return }
        guard invocation.streamedBytes + piece.count <= limitBytes else {
            isTooLarge = true
            // An invocation whose time was over meanwhile has been completed already.
            try? pool.streamedTooLarge(
                port: port, requestID: invocation.requestID, bytesMax: limitBytes)
            return
        }
        // Paused first: the caller may have caught up before this returns.
        upload.pause()
        let waits = invocation.continueAnswer(piece) { [upload] in upload.resume() }
        if !waits { upload.resume() }
    }

    func end(trailers: [(name: String, value: String)]) {
        guard !isTooLarge else { return respond(.tooLarge(bytesMax: limitBytes)) }
        do throws(RuntimeRefusal) {
            try pool.endAnswer(
                port: port, requestID: invocation.requestID, failure: Self.failure(in: trailers))
            respond(nil)
        } catch {
            respond(error)
        }
    }

    func aborted() {
        guard !isTooLarge else { return }
        pool.tell(.truncated, port: port)
        let type = "Runtime.TruncatedResponse"
        let payload = FailurePayload.make(
            type: type,
            message: "RequestId: \(invocation.requestID) Error: the answer ended before its end")
        // The process may have ended, and its exit may have been told first.
        try? pool.endAnswer(
            port: port, requestID: invocation.requestID,
            failure: (InvocationFailure(kind: .runtime, errorType: type), payload))
    }

    /// The error that a function met after it had begun to answer.
    private static func failure(
        in trailers: [(name: String, value: String)]
    ) -> (InvocationFailure, payload: [UInt8])? {
        func value(_ name: String) -> String? {
            trailers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
        let (type, body) = (value(RuntimeField.errorType), value(RuntimeField.errorBody))
        guard type != nil || body != nil else { return nil }
        let errorType = PostedError.errorType(type)
        let payload =
            body.flatMap(Base64.decode)
            ?? FailurePayload.make(type: errorType, message: "the answer ended with an error")
        return (InvocationFailure(kind: .function, errorType: errorType), payload)
    }
}
