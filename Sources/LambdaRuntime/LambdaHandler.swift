/// A function that is given one event after another and returns an answer to each.
///
/// ```swift
/// @main struct Hello: LambdaHandler {
///     init(_ initialization: LambdaInitialization) {}
///     func handle(_ event: JSONValue, _ context: LambdaContext) -> JSONValue { "hello" }
/// }
/// ```
public protocol LambdaHandler: LambdaFunction {
    /// What the function takes.
    associatedtype Event: LambdaEvent
    /// What the function answers.
    associatedtype Output: LambdaOutput

    /// Handles one event; its loop's next one comes when this returns.
    ///
    /// - Throws: Any error; it is reported as the invocation's error and the process goes on. The
    ///   caller sees only what ``LambdaFailure`` makes public.
    func handle(_ event: Event, _ context: LambdaContext) async throws -> Output
}

extension LambdaHandler {
    /// Runs the function until the platform ends the process; the entry point of `@main`.
    ///
    /// Exits with 0 after SIGTERM, with 1 when the init phase or the Runtime API fails.
    public static func main() {
        MainThread.run { thread in
            await FunctionProcess.run(Self.self, on: thread) { try await Self($0).function }
        }
    }

    /// One invocation without a platform, for tests: decodes, handles, encodes.
    public func invoke(
        payload: [UInt8], context: LambdaContext = LambdaContext()
    ) async throws -> [UInt8] {
        try await handle(Event(lambdaPayload: payload), context).lambdaPayload()
    }

    /// What a run loop runs.
    var function: Function {
        Function(
            .buffered { payload, context in try await invoke(payload: payload, context: context) })
    }
}
