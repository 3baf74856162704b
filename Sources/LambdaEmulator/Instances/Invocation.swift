import Locking

/// One call of a function, from its acceptance to its answer.
final class Invocation: Sendable {
    /// How much of the log a caller can ask for (X-Amz-Log-Type: Tail).
    private static let tailBytesMax = 4_096

    let requestID: String
    let event: [UInt8]
    /// `Root=…;Parent=…;Sampled=…`.
    let traceID: String
    /// JSON text, already decoded.
    let clientContext: String?
    let wantsLogTail: Bool
    private let tail = Locked<[UInt8]>([])
    private let completion: @Sendable (InvocationOutcome) -> Void

    init(
        requestID: String, event: [UInt8], traceID: String, clientContext: String? = nil,
        wantsLogTail: Bool = false, completion: @escaping @Sendable (InvocationOutcome) -> Void
    ) {
        self.requestID = requestID
        self.event = event
        self.traceID = traceID
        self.clientContext = clientContext
        self.wantsLogTail = wantsLogTail
        self.completion = completion
    }

    func appendToTail(_ lines: [some Collection<UInt8>]) {
        guard wantsLogTail else { return }
        tail.withLock { tail in
            for line in lines {
                tail.append(contentsOf: line)
                tail.append(0x0A)
            }
            if tail.count > Self.tailBytesMax { tail.removeFirst(tail.count - Self.tailBytesMax) }
        }
    }

    func complete(payload: [UInt8], failure: InvocationFailure? = nil) {
        completion(
            .completed(
                InvocationResult(
                    requestID: requestID, payload: payload, failure: failure,
                    logTail: wantsLogTail ? tail.withLock { $0 } : nil)))
    }

    func refuse(_ refusal: InvocationRefusal) { completion(.refused(refusal)) }
}

/// What became of a call.
enum InvocationOutcome: Sendable {
    case completed(InvocationResult)
    case refused(InvocationRefusal)
}

/// Why a call was not even queued.
enum InvocationRefusal: Sendable {
    /// All instances are busy and the queue is full.
    case throttled
    /// The emulator is stopping.
    case stopping
}

/// The answer of a function, or what failed in its place.
public struct InvocationResult: Sendable {
    /// The invocation's id, as in the log.
    public let requestID: String
    /// The function's answer, or the error's JSON.
    public let payload: [UInt8]
    /// Nil when the function answered.
    public let failure: InvocationFailure?
    /// The last 4 KB of the invocation's log, when asked for.
    public let logTail: [UInt8]?
}

/// A function error: X-Amz-Function-Error is set for it.
public struct InvocationFailure: Sendable, Hashable {
    /// What kind of failure.
    public enum Kind: Sendable, Hashable {
        /// The function posted an error, or its answer was too large.
        case function
        /// It did not start, or its process ended.
        case runtime
        /// It took longer than its timeout.
        case timeout
    }

    /// What kind of failure.
    public let kind: Kind
    /// Such as `Sandbox.Timedout`; for a posted error what the function named.
    public let errorType: String
}
