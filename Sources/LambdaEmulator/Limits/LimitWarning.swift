/// A limit of AWS that a function crosses here, where nothing stops it.
///
/// Sources: "Lambda quotas" of the AWS Lambda developer guide; "Quotas for configuring and running
/// a REST API" and "Quotas for HTTP APIs" of the API Gateway developer guide.
enum LimitWarning: Hashable, CustomStringConvertible {
    /// All variables together, in bytes.
    case environment(bytes: Int)
    /// The code's folder, unzipped, in bytes.
    case code(bytes: Int)
    case timeout(ms: Int)
    /// The API gives up before the function does.
    case timeoutBehindAPI(ms: Int, limitMs: Int)
    case memory(megabytes: Int)
    /// An answer that is not streamed was larger than a function may give.
    case answer
    /// The header fields of a request to an API, or of the answer.
    case requestFields, answerFields

    static let environmentBytesMax = 4 * 1024
    static let codeBytesMax = 250 * 1024 * 1024
    static let timeoutMsMax = 900_000
    /// Names and values of all fields together, in bytes.
    static let fieldBytesMax = 10_240
    static let memoryMB = 128...10_240

    /// What each function is warned of once.
    var kind: String {
        switch self {
        case .environment: "environment"
        case .code: "code"
        case .timeout: "timeout"
        case .timeoutBehindAPI: "timeoutBehindAPI"
        case .memory: "memory"
        case .answer: "answer"
        case .requestFields: "requestFields"
        case .answerFields: "answerFields"
        }
    }

    /// Without the function's name.
    var description: String {
        switch self {
        case .environment(let bytes):
            "its environment variables have \(bytes) bytes; AWS takes 4 KB at most"
        case .code(let bytes):
            "its code has more than \(bytes >> 20) MB unzipped; AWS takes 250 MB at most"
        case .timeout(let ms):
            "its timeout is \(ms / 1_000) s; AWS takes 1 to 900 s"
        case .timeoutBehindAPI(let ms, let limitMs):
            "its timeout is \(ms / 1_000) s, but its API answers 5xx after \(limitMs / 1_000) s"
        case .memory(let megabytes):
            "its memory is \(megabytes) MB; AWS takes 128 to 10240 MB"
        case .answer:
            "its answer is larger than 6 MB, which is the most that AWS takes: stream it, or "
                + "answer with a link"
        case .requestFields:
            "a request's header fields are larger than 10 KB, which is the most that an API takes"
        case .answerFields:
            "its answer's header fields are larger than 10 KB, which is the most that an API sends"
        }
    }

    /// What a function's definition crosses, without a look at its code.
    static func all(
        of function: FunctionDefinition, routes: [RouteDefinition]
    ) -> [LimitWarning] {
        var warnings: [LimitWarning] = []
        let variableBytes = function.environment.reduce(0) {
            $0 + $1.key.utf8.count + $1.value.utf8.count
        }
        if variableBytes > environmentBytesMax {
            warnings.append(.environment(bytes: variableBytes))
        }
        if !(1_000...timeoutMsMax).contains(function.timeoutMs) {
            warnings.append(.timeout(ms: function.timeoutMs))
        }
        if !memoryMB.contains(function.memoryMB) {
            warnings.append(.memory(megabytes: function.memoryMB))
        }
        let limitMs = routes.filter { $0.function == function.name && !$0.isStreamed }
            .map(\.timeoutMs).min()
        if let limitMs, function.timeoutMs > limitMs {
            warnings.append(.timeoutBehindAPI(ms: function.timeoutMs, limitMs: limitMs))
        }
        return warnings
    }
}
