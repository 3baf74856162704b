internal import HTTPServer
internal import StrictJSON

/// An error that a runtime has posted, as its caller is to see it.
struct PostedError {
    /// A body of this type holds a cause for AWS X-Ray besides the error.
    private static let withCause = "application/vnd.aws.lambda.error.cause+json"
    /// What the caller sees of such an error, in this order.
    private static let members = ["errorMessage", "errorType", "stackTrace"]

    let payload: [UInt8]
    let contentType: String?
    let failure: InvocationFailure

    init(_ request: HTTPServerRequest) {
        failure = InvocationFailure(
            kind: .function, errorType: Self.errorType(request.field(RuntimeField.errorType)))
        let type = request.field(RuntimeField.contentType)
        guard type == Self.withCause else {
            (payload, contentType) = (request.body, type)
            return
        }
        if let error = Self.withoutCause(request.body) {
            (payload, contentType) = (error, "application/json")
        } else {
            payload = Array(#""Invalid error body""#.utf8)
            contentType = "application/octet-stream"
        }
    }

    private static func withoutCause(_ body: [UInt8]) -> [UInt8]? {
        guard let value = try? StrictJSON.parse(body), value.object != nil else { return nil }
        let kept = members.compactMap { name in value[name].map { JSONMember(name, $0) } }
        return JSONValue.object(kept).serialized()
    }

    /// The error type as the platform counts it: any text with `Runtime.X` or `Function.X` in it
    /// as it is, `Function.Unknown` or `Runtime.Unknown` for others.
    static func errorType(_ given: String?) -> String {
        let type = given ?? ""
        if type.firstMatch(of: /(Runtime|Function)\.[A-Z][a-zA-Z]+/) != nil { return type }
        return type.hasPrefix("Function.") ? "Function.Unknown" : "Runtime.Unknown"
    }
}
