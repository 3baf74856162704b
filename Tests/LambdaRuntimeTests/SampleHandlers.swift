import Glibc
import LambdaCodable
import StrictJSON

@testable import LambdaRuntime

/// Answers with what the context says.
struct ContextHandler: LambdaHandler {
    init(_ initialization: LambdaInitialization) {}

    func handle(_ event: JSONValue, _ context: LambdaContext) -> JSONValue {
        let trace = getenv("_X_AMZN_TRACE_ID").map { String(cString: $0) }
        return [
            "event": event, "id": .string(context.requestID),
            "deadline": .number(JSONNumber(context.deadline)),
            "arn": .string(context.invokedFunctionARN), "trace": .init(context.traceID),
            "client": .init(context.clientContext), "identity": .init(context.identity),
            "tenant": .init(context.tenantID), "environmentTrace": .init(trace),
        ]
    }
}

extension JSONValue {
    init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }
}

enum PlainError: Error {
    case full
    case refused(secret: String)
}

struct SpokenError: LambdaFailure {
    let code = "CardMissing"
    let publicMessage = "card is \"missing\""
    let secret = "s3cret"
}

struct DescribedError: Error, CustomStringConvertible {
    let description = "s3cret"
}

/// Throws the error that the event names.
struct FailingHandler: LambdaHandler {
    init(_ initialization: LambdaInitialization) throws {
        switch initialization.environment["INIT"] {
        case "plain": throw PlainError.refused(secret: "s3cret")
        case "spoken": throw SpokenError()
        default: break
        }
    }

    func handle(_ event: JSONValue, _ context: LambdaContext) throws -> JSONValue {
        switch event.string {
        case "full": throw PlainError.full
        case "refused": throw PlainError.refused(secret: "s3cret")
        case "spoken": throw SpokenError()
        case "described": throw DescribedError()
        default: return event
        }
    }
}

/// Takes and returns Codable values.
struct CodableHandler: LambdaHandler {
    struct Numbers: LambdaEvent, Decodable { let values: [Int] }
    struct Sum: LambdaOutput, Encodable { let sum: Int }

    init(_ initialization: LambdaInitialization) {}

    func handle(_ event: Numbers, _ context: LambdaContext) -> Sum {
        Sum(sum: event.values.reduce(0, +))
    }
}

/// Asks its own process to end while an invocation is under way.
struct TerminatingHandler: LambdaHandler {
    init(_ initialization: LambdaInitialization) {}

    func handle(_ event: JSONValue, _ context: LambdaContext) -> JSONValue {
        kill(getpid(), SIGTERM)
        // The kernel may give the signal to another thread, a moment later.
        while !Termination.isSignalled { sched_yield() }
        return "finished"
    }
}
