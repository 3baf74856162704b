internal import HTTPServer

/// What a request to the Runtime API is for.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
enum RuntimeCall {
    case next
    case response(requestID: String)
    case error(requestID: String)
    case initError
    case ping
    /// A call of one of the APIs for extensions.
    case extensions
    /// The path exists, for another method.
    case otherMethod(allowed: String)
    case unknown

    static let prefix = "/2018-06-01/runtime/"
    private static let invocation = "invocation/"

    init(_ request: HTTPServerRequest) {
        guard request.path.hasPrefix(Self.prefix) else {
            let isPing = request.path == "/2018-06-01/ping" || request.path == "/ping"
            if isPing, request.method == "GET" {
                self = .ping
            } else {
                self = ExtensionAPI.takes(request.path) ? .extensions : .unknown
            }
            return
        }
        let path = request.path.dropFirst(Self.prefix.count)
        let call = Self.call(path)
        let method = if case .next = call { "GET" } else { "POST" }
        if case .unknown = call {
            self = .unknown
        } else {
            self = request.method == method ? call : .otherMethod(allowed: method)
        }
    }

    private static func call(_ path: Substring) -> RuntimeCall {
        if path == "invocation/next" { return .next }
        if path == "init/error" { return .initError }
        guard path.hasPrefix(invocation) else { return .unknown }
        let rest = path.dropFirst(invocation.count)
        guard let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { return .unknown }
        let requestID = String(rest[..<slash])
        switch rest[rest.utf8.index(after: slash)...] {
        case "response": return .response(requestID: requestID)
        case "error": return .error(requestID: requestID)
        default: return .unknown
        }
    }
}
