/// The requests of a runtime, one case per wire request.
enum RuntimeAPIRequest {
    // GET /2018-06-01/runtime/invocation/next
    case next
    // POST /2018-06-01/runtime/invocation/{id}/response
    case response(requestID: String, payload: [UInt8])
    // POST /2018-06-01/runtime/invocation/{id}/response, its body sent piece by piece
    case stream(requestID: String)
    // POST /2018-06-01/runtime/invocation/{id}/error
    case error(requestID: String, ErrorReport)
    // POST /2018-06-01/runtime/init/error
    case initError(ErrorReport)

    var method: String {
        switch self {
        case .next: "GET"
        case .response, .stream, .error, .initError: "POST"
        }
    }

    /// The path at a Runtime API, put together in one place in memory: this is on the hot path.
    var path: String {
        let (start, requestID, end) = parts
        if requestID.isEmpty { return start }
        var path = ""
        path.reserveCapacity(start.utf8.count + requestID.utf8.count + end.utf8.count)
        path += start
        path += requestID
        path += end
        return path
    }

    private var parts: (start: String, requestID: String, end: String) {
        switch self {
        case .next: (RuntimeAPIPath.next, "", "")
        case .response(let requestID, _), .stream(let requestID):
            (RuntimeAPIPath.invocation, requestID, RuntimeAPIPath.response)
        case .error(let requestID, _):
            (RuntimeAPIPath.invocation, requestID, RuntimeAPIPath.error)
        case .initError: (RuntimeAPIPath.initError, "", "")
        }
    }

    var body: [UInt8]? {
        switch self {
        case .next, .stream: nil
        case .response(_, let payload): payload
        case .error(_, let report), .initError(let report): report.body
        }
    }
}
