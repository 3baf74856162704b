/// The requests of a runtime, one case per wire request.
enum RuntimeAPIRequest {
    // GET /2018-06-01/runtime/invocation/next
    case next
    // POST /2018-06-01/runtime/invocation/{id}/response
    case response(requestID: String, payload: [UInt8])
    // POST /2018-06-01/runtime/invocation/{id}/error
    case error(requestID: String, ErrorReport)
    // POST /2018-06-01/runtime/init/error
    case initError(ErrorReport)

    var method: String {
        switch self {
        case .next: "GET"
        case .response, .error, .initError: "POST"
        }
    }

    var path: String {
        switch self {
        case .next: RuntimeAPIPath.next
        case .response(let requestID, _):
            RuntimeAPIPath.invocation + requestID + RuntimeAPIPath.response
        case .error(let requestID, _): RuntimeAPIPath.invocation + requestID + RuntimeAPIPath.error
        case .initError: RuntimeAPIPath.initError
        }
    }

    var body: [UInt8]? {
        switch self {
        case .next: nil
        case .response(_, let payload): payload
        case .error(_, let report), .initError(let report): report.body
        }
    }
}
