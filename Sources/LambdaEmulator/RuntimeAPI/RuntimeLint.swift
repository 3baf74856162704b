/// What a runtime does that AWS's Runtime API does not expect of it, in words for its author.
///
/// Each kind is told once for each instance: a runtime that errs in a loop fills no log.
enum RuntimeLint: UInt8, CaseIterable {
    case unknownID
    case answeredTwice
    case answersWhileAnswering
    case lateAnswer
    case nextWhileRunning
    case nextWhileAnswering
    case nextReplaced
    case tooManyNext
    case lateInitError
    case responseMode
    case tooLarge
    case truncated
    case unknownPath
    case noNext
    case extensions

    /// Its bit in a set of kinds.
    var bit: UInt32 { 1 << UInt32(rawValue) }

    var explanation: String {
        switch self {
        case .unknownID:
            "it answered an id that is not that of the invocation it runs: the answer was refused"
        case .answeredTwice:
            "it answered an invocation a second time: the first answer counts"
        case .answersWhileAnswering:
            "it posted to an invocation whose streamed answer has begun: errors after that are "
                + "told in trailers"
        case .lateAnswer:
            "it answered after the invocation's time was over: the answer was thrown away"
        case .nextWhileRunning:
            "it asked for work again before it had answered: it was given the same event again"
        case .nextWhileAnswering:
            "it asked for work while its streamed answer has not ended"
        case .nextReplaced:
            "it asked for work on a second connection: the first one was answered 500"
        case .tooManyNext:
            "it asked for work more often at once than AWS_LAMBDA_MAX_CONCURRENCY says"
        case .lateInitError:
            "it posted an init error after it had asked for work: that was refused"
        case .responseMode:
            "Lambda-Runtime-Function-Response-Mode may only be streaming: the invocation failed"
        case .tooLarge:
            "its answer was larger than AWS takes: the invocation failed"
        case .truncated:
            "its streamed answer ended before its end: the invocation failed"
        case .unknownPath:
            "it called a path or a method that the Runtime API does not have"
        case .noNext:
            "it did not ask for work (GET /2018-06-01/runtime/invocation/next) in time"
        case .extensions:
            "an extension's call was refused"
        }
    }
}
