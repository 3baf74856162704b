/// Names of the Runtime API's header fields; those of answers in lower case, for the look-up.
enum RuntimeAPIField {
    static let requestID: StaticString = "lambda-runtime-aws-request-id"
    static let deadline: StaticString = "lambda-runtime-deadline-ms"
    static let functionARN: StaticString = "lambda-runtime-invoked-function-arn"
    static let traceID: StaticString = "lambda-runtime-trace-id"
    static let clientContext: StaticString = "lambda-runtime-client-context"
    static let identity: StaticString = "lambda-runtime-cognito-identity"
    static let tenantID: StaticString = "lambda-runtime-aws-tenant-id"

    static let responseMode = "Lambda-Runtime-Function-Response-Mode"
    static let functionErrorBody = "Lambda-Runtime-Function-Error-Body"
    static let functionErrorType = "Lambda-Runtime-Function-Error-Type"
    static let errorCause = "Lambda-Runtime-Function-XRay-Error-Cause"
    static let contentType = "Content-Type"
}
