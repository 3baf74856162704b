import LambdaRuntime
import StrictJSON

struct Prompt: LambdaHandler {
    static var deadlineMargin: Duration { .milliseconds(200) }

    init(_ initialization: LambdaInitialization) {}

    func handle(_ event: JSONValue, _ context: LambdaContext) async throws -> JSONValue {
        var sum: Int64 = 0
        for number in 0..<(event["count"]?.number?.integer ?? 0) {
            try Task.checkCancellation()
            sum &+= number
        }
        return .number(JSONNumber(sum))
    }
}
