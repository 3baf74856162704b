/// A function that has something to do before its process ends, such as to hand on what it keeps.
///
/// AWS tells a runtime of the end, by SIGTERM, only if an extension is registered. So the runtime
/// registers an internal one that takes no events, which costs the init phase two requests and the
/// process a thread. A process that is killed, for a timeout or by a crash, is told nothing.
///
/// ```swift
/// @main struct Counting: LambdaHandler, LambdaShutdown {
///     private let counts = Counts()
///     init(_ initialization: LambdaInitialization) {}
///     func handle(_ event: JSONValue, _ context: LambdaContext) async -> JSONValue {
///         .number(JSONNumber(await counts.next()))
///     }
///     func shutdown() async { await counts.save() }
/// }
/// ```
///
/// Source: AWS Lambda developer guide, "Using the Lambda Extensions API", shutdown phase.
public protocol LambdaShutdown: LambdaFunction {
    /// Called once, after SIGTERM, when the invocations under way have been answered.
    ///
    /// AWS kills the process 500 ms after the signal.
    func shutdown() async
}

extension LambdaHandler where Self: LambdaShutdown {
    /// Runs the function until the platform ends the process; the entry point of `@main`.
    ///
    /// Exits with 0 after SIGTERM, with 1 when the init phase or the Runtime API fails.
    public static func main() {
        MainThread.run { thread in
            await FunctionProcess.run(Self.self, on: thread) { initialization in
                let handler = try await Self(initialization)
                return handler.ending(handler.function)
            }
        }
    }
}

extension LambdaStreamingHandler where Self: LambdaShutdown {
    /// Runs the function until the platform ends the process; the entry point of `@main`.
    ///
    /// Exits with 0 after SIGTERM, with 1 when the init phase or the Runtime API fails.
    public static func main() {
        MainThread.run { thread in
            await FunctionProcess.run(Self.self, on: thread) { initialization in
                let handler = try await Self(initialization)
                return handler.ending(handler.function)
            }
        }
    }
}

extension LambdaShutdown {
    /// What a process runs, with what it does at its end.
    func ending(_ function: Function) -> Function {
        var function = function
        function.shutdown = { await shutdown() }
        return function
    }
}
