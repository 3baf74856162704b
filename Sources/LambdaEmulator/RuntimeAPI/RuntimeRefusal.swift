/// What the Runtime API says to a request it refuses.
struct RuntimeRefusal: Error {
    let status: Int
    let errorType: String
    let message: String

    static func invalidRequestID(_ message: String = "Invalid request ID") -> RuntimeRefusal {
        RuntimeRefusal(status: 400, errorType: "InvalidRequestID", message: message)
    }

    static func invalidState(_ message: String) -> RuntimeRefusal {
        RuntimeRefusal(status: 403, errorType: "InvalidStateTransition", message: message)
    }

    static func tooManyIdleRuntimes(countMax: Int) -> RuntimeRefusal {
        RuntimeRefusal(
            status: 500, errorType: "Runtime.TooManyIdleRuntimes",
            message: "at most \(countMax) requests for work may wait")
    }

    static let invokeTimeout = RuntimeRefusal(
        status: 410, errorType: "InvokeTimeout", message: "the invocation's time was over")

    static let tooLarge = RuntimeRefusal(
        status: 413, errorType: "RequestEntityTooLarge",
        message: "Exceeded maximum allowed payload size (6291556 bytes).")
}
