internal import HTTPServer
internal import StrictJSON

/// A service error of the Invoke API, in AWS's words.
struct InvokeRefusal: Error {
    let status: Int
    let errorType: String
    let message: String
    var reason: String?

    static let noSuchPath = InvokeRefusal(
        status: 404, errorType: "ResourceNotFoundException",
        message: "the emulator knows POST /2015-03-31/functions/NAME/invocations only")

    static let otherSite = InvokeRefusal(
        status: 403, errorType: "AccessDeniedException",
        message: "requests from other sites are refused")

    static func notFound(arn: String) -> InvokeRefusal {
        InvokeRefusal(
            status: 404, errorType: "ResourceNotFoundException",
            message: "Function not found: \(arn)")
    }

    static func tooLarge(bytesMax: Int) -> InvokeRefusal {
        InvokeRefusal(
            status: 413, errorType: "RequestTooLargeException",
            message:
                "Request must be smaller than \(bytesMax) bytes for the InvokeFunction operation"
        )
    }

    static func invalidContent(_ what: String) -> InvokeRefusal {
        InvokeRefusal(
            status: 400, errorType: "InvalidRequestContentException",
            message: "Could not parse request body into json: \(what)")
    }

    static func invalidParameter(_ name: StaticString) -> InvokeRefusal {
        InvokeRefusal(
            status: 400, errorType: "InvalidParameterValueException",
            message: "the value of \(name) is not one the Invoke API takes")
    }

    static let throttled = InvokeRefusal(
        status: 429, errorType: "TooManyRequestsException", message: "Rate Exceeded.",
        reason: "ReservedFunctionConcurrentInvocationLimitExceeded")

    static let stopping = InvokeRefusal(
        status: 503, errorType: "ServiceException", message: "the emulator is stopping")

    func respond(_ requestID: String, _ responder: HTTPResponder) {
        var writer = JSONWriter()
        writer.beginObject()
        if let reason { writer.member("Reason", reason) }
        writer.member("Type", status < 500 ? "User" : "Service")
        writer.member("Message", message)
        writer.endObject()
        responder.respond(
            status: status,
            fields: [
                ("Content-Type", "application/json"), ("x-amzn-ErrorType", errorType),
                ("x-amzn-RequestId", requestID),
            ], body: writer.bytes)
    }
}
