/// A function that sends its answer piece by piece, while it comes into being.
///
/// ```swift
/// @main struct Numbers: LambdaStreamingHandler {
///     init(_ initialization: LambdaInitialization) {}
///
///     func handle(
///         _ event: JSONValue, _ response: LambdaResponseWriter, _ context: LambdaContext
///     ) async throws {
///         for number in (1...3).reversed() { try await response.write("\(number)\n") }
///     }
/// }
/// ```
///
/// The caller gets the pieces as they are written when it calls by a function URL whose
/// `InvokeMode` is `RESPONSE_STREAM`, by API Gateway with `responseTransferMode: STREAM`, or by
/// `InvokeWithResponseStream`. Any other caller gets them all at the end: the platform collects
/// them, and the function need not know.
///
/// Source: AWS Lambda developer guide, "Implementing response streaming in a custom runtime".
public protocol LambdaStreamingHandler: LambdaFunction {
    /// What the function takes.
    associatedtype Event: LambdaEvent

    /// Handles one event; the answer ends when this returns.
    ///
    /// - Parameters:
    ///   - event: What the payload of the invocation was read as.
    ///   - response: Takes the answer; it is of no use once this has returned.
    ///   - context: What the platform tells about the invocation.
    /// - Throws: Any error. Before the first byte it is reported as the invocation's error, as a
    ///   ``LambdaHandler``'s is. Afterwards it ends the answer, with the error in the trailers of
    ///   the response. The caller sees only what ``LambdaFailure`` makes public.
    func handle(
        _ event: Event, _ response: LambdaResponseWriter, _ context: LambdaContext
    ) async throws
}

extension LambdaStreamingHandler {
    /// Runs the function until the platform ends the process; the entry point of `@main`.
    ///
    /// Exits with 0 after SIGTERM, with 1 when the init phase or the Runtime API fails.
    public static func main() {
        MainThread.run { thread in
            await FunctionProcess.run(Self.self, on: thread) { try await Self($0).function }
        }
    }

    /// One invocation without a platform, for tests: decodes, handles, keeps the pieces.
    ///
    /// - Throws: What the handler throws, whether before the first byte or after it.
    public func invoke(
        payload: [UInt8], context: LambdaContext = LambdaContext()
    ) async throws -> LambdaStreamedResponse {
        let record = ResponseRecord()
        let writer = LambdaResponseWriter(record)
        try await handle(Event(lambdaPayload: payload), writer, context)
        _ = writer.end(nil)
        return record.response
    }

    /// What a run loop runs.
    var function: Function {
        Function(
            .streaming { payload, writer, context in
                try await handle(Event(lambdaPayload: payload), writer, context)
            })
    }
}
