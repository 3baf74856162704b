/// Header fields of the Runtime API.
enum RuntimeField {
    static let requestID = "Lambda-Runtime-Aws-Request-Id"
    static let deadline = "Lambda-Runtime-Deadline-Ms"
    static let functionARN = "Lambda-Runtime-Invoked-Function-Arn"
    static let traceID = "Lambda-Runtime-Trace-Id"
    static let clientContext = "Lambda-Runtime-Client-Context"
    static let errorType = "Lambda-Runtime-Function-Error-Type"
    static let responseMode = "Lambda-Runtime-Function-Response-Mode"
}
