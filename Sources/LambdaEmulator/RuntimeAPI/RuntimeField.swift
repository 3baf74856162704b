/// Header fields of the Runtime API.
enum RuntimeField {
    static let contentType = "Content-Type"
    static let requestID = "Lambda-Runtime-Aws-Request-Id"
    static let deadline = "Lambda-Runtime-Deadline-Ms"
    static let functionARN = "Lambda-Runtime-Invoked-Function-Arn"
    static let traceID = "Lambda-Runtime-Trace-Id"
    static let clientContext = "Lambda-Runtime-Client-Context"
    static let tenantID = "Lambda-Runtime-Aws-Tenant-Id"
    static let errorType = "Lambda-Runtime-Function-Error-Type"
    static let responseMode = "Lambda-Runtime-Function-Response-Mode"
    /// A trailer: base64 of the error's JSON.
    static let errorBody = "Lambda-Runtime-Function-Error-Body"
}
