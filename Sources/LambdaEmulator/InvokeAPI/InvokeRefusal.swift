internal import HTTPServer
internal import StrictJSON

/// A service error of the Lambda API, in AWS's words.
///
/// Source: "Errors" of "Invoke" of the AWS Lambda API reference; the messages as AWS sends them.
struct InvokeRefusal: Error {
    let status: Int
    let errorType: String
    let message: String
    var reason: String?

    init(status: Int, errorType: String, message: String, reason: String? = nil) {
        self.status = status
        self.errorType = errorType
        self.message = message
        self.reason = reason
    }

    init(_ refusal: InvocationRefusal) {
        switch refusal {
        case .throttled(let isReserved): self = .throttled(isReserved: isReserved)
        case .stopping: self = .stopping
        case .buildFailed(let failure):
            self.init(
                status: 500, errorType: "ServiceException",
                message: "the code cannot be built:\n\(failure.text)")
        }
    }

    /// Not a server's failure that an SDK should try again.
    static let unknownOperation = InvokeRefusal(
        status: 501, errorType: "NotImplementedException",
        message: "the emulator does not do this: of the Lambda API it does Invoke, "
            + "InvokeWithResponseStream, InvokeAsync, ListFunctions, GetFunction, "
            + "GetFunctionConfiguration, GetFunctionConcurrency and GetFunctionUrlConfig; "
            + "functions come from the template")

    static let otherSite = InvokeRefusal(
        status: 403, errorType: "AccessDeniedException",
        message: "requests from other sites are refused")

    static func notFound(arn: String) -> InvokeRefusal {
        InvokeRefusal(
            status: 404, errorType: "ResourceNotFoundException",
            message: "Function not found: \(arn)")
    }

    static let noURL = InvokeRefusal(
        status: 404, errorType: "ResourceNotFoundException",
        message: "The resource you requested does not exist.")

    static let invalidFunctionName = InvokeRefusal(
        status: 400, errorType: "ValidationException",
        message: "1 validation error detected: Value at 'functionName' failed to satisfy "
            + "constraint: Member must satisfy regular expression pattern: "
            + FunctionReference.pattern)

    static let contradictingQualifiers = InvokeRefusal(
        status: 400, errorType: "InvalidParameterValueException",
        message: "The derived qualifier from the function name does not match the specified "
            + "qualifier.")

    static func tooLarge(bytesMax: Int) -> InvokeRefusal {
        InvokeRefusal(
            status: 413, errorType: "RequestTooLargeException",
            message:
                "Request must be smaller than \(bytesMax) bytes for the InvokeFunction operation"
        )
    }

    static func invalidContent(offset: Int) -> InvokeRefusal {
        InvokeRefusal(
            status: 400, errorType: "InvalidRequestContentException",
            message: "Could not parse request body into json: Could not parse payload into json: "
                + "not JSON at byte \(offset)")
    }

    static let invalidClientContext = InvokeRefusal(
        status: 400, errorType: "InvalidRequestContentException",
        message: "Client context must be a valid Base64-encoded JSON object of at most 3583 bytes.")

    static func invalidParameter(_ name: StaticString) -> InvokeRefusal {
        InvokeRefusal(
            status: 400, errorType: "InvalidParameterValueException",
            message: "the value of \(name) is not one the Invoke API takes")
    }

    static func throttled(isReserved: Bool) -> InvokeRefusal {
        InvokeRefusal(
            status: 429, errorType: "TooManyRequestsException", message: "Rate Exceeded.",
            reason: isReserved
                ? "ReservedFunctionConcurrentInvocationLimitExceeded"
                : "ConcurrentInvocationLimitExceeded")
    }

    static let stopping = InvokeRefusal(
        status: 503, errorType: "ServiceException", message: "the emulator is stopping")

    static func notStored(_ code: String) -> InvokeRefusal {
        InvokeRefusal(
            status: 500, errorType: "ServiceException",
            message: "the event could not be stored: \(code)")
    }

    func respond(_ requestID: String, _ responder: HTTPResponder) {
        responder.respond(answer(requestID))
    }

    func answer(_ requestID: String) -> HTTPServerAnswer {
        var writer = JSONWriter()
        writer.beginObject()
        if let reason { writer.member("Reason", reason) }
        writer.member("Type", status < 500 ? "User" : "Service")
        writer.member("Message", message)
        writer.endObject()
        return HTTPServerAnswer(
            status: status,
            fields: [
                ("Content-Type", "application/json"), ("x-amzn-ErrorType", errorType),
                ("x-amzn-RequestId", requestID),
            ], body: writer.bytes)
    }
}
