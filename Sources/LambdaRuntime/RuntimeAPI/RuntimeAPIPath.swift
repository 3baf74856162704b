/// Paths of the Runtime API, version 2018-06-01.
enum RuntimeAPIPath {
    static let next = "/2018-06-01/runtime/invocation/next"
    static let initError = "/2018-06-01/runtime/init/error"
    static let invocation = "/2018-06-01/runtime/invocation/"
    static let response = "/response"
    static let error = "/error"
}
