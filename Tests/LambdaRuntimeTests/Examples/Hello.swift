import LambdaRuntime
import StrictJSON

struct Hello: LambdaHandler {
    init(_ initialization: LambdaInitialization) {}
    func handle(_ event: JSONValue, _ context: LambdaContext) -> JSONValue { "hello" }
}
