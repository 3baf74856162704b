/// What stands between an HTTP client and a function: the differences in what it says.
enum Gateway {
    /// An HTTP API; its payload format is 1.0 or 2.0.
    case httpAPI(isVersion1: Bool)
    case restAPI
    case functionURL

    init(_ format: RouteDefinition.Format) {
        switch format {
        case .httpAPI: self = .httpAPI(isVersion1: false)
        case .httpAPIVersion1: self = .httpAPI(isVersion1: true)
        case .restAPI: self = .restAPI
        }
    }

    /// The fields of every answer that tell its request's id.
    func identification(_ requestID: String, _ traceID: String) -> [(String, String)] {
        switch self {
        case .httpAPI: [("apigw-requestid", requestID)]
        case .restAPI:
            [
                ("x-amzn-RequestId", requestID), ("x-amz-apigw-id", requestID),
                ("X-Amzn-Trace-Id", traceID),
            ]
        case .functionURL: [("x-amzn-RequestId", requestID), ("x-amzn-trace-id", traceID)]
        }
    }
}
