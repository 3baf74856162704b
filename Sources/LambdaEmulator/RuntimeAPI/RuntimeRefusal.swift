/// What the Runtime API says to a request it refuses, in AWS's words.
struct RuntimeRefusal: Error {
    /// The states of a classic instance as the API names them.
    enum State: String {
        case started = "Started"
        case initError = "InitError"
        case ready = "Ready"
        case running = "Running"
        case answering = "InvocationResponse"
        case answeringError = "InvocationErrorResponse"
        case answered = "RuntimeResponseSentState"
    }

    let status: Int
    let errorType: String
    let message: String
    /// What the runtime's author may want to know; told once for each instance.
    var lint: RuntimeLint?

    static func invalidRequestID(_ lint: RuntimeLint? = .unknownID) -> RuntimeRefusal {
        RuntimeRefusal(
            status: 400, errorType: "InvalidRequestID", message: "Invalid request ID", lint: lint)
    }

    static func transition(
        from current: State, to wanted: State, lint: RuntimeLint?
    ) -> RuntimeRefusal {
        RuntimeRefusal(
            status: 403, errorType: "InvalidStateTransition",
            message: "State transition from \(current.rawValue) to \(wanted.rawValue) failed for "
                + "runtime. Error: State transition is not allowed", lint: lint)
    }

    /// The instance is being ended, or has ended.
    static let ended = RuntimeRefusal(
        status: 403, errorType: "InvalidStateTransition", message: "this instance has ended")

    static func tooManyIdleRuntimes(countMax: Int) -> RuntimeRefusal {
        RuntimeRefusal(
            status: 500, errorType: "Runtime.TooManyIdleRuntimes",
            message: "at most \(countMax) requests for work may wait", lint: .tooManyNext)
    }

    static let invokeTimeout = RuntimeRefusal(
        status: 410, errorType: "InvokeTimeout", message: "the invocation's time was over",
        lint: .lateAnswer)

    static func tooLarge(bytesMax: Int) -> RuntimeRefusal {
        RuntimeRefusal(
            status: 413, errorType: "RequestEntityTooLarge",
            message: "Exceeded maximum allowed payload size (\(bytesMax) bytes).",
            lint: .tooLarge)
    }

    static let invalidResponseMode = RuntimeRefusal(
        status: 400, errorType: "InvalidFunctionResponseMode",
        message: "Invalid function response mode", lint: .responseMode)
}
