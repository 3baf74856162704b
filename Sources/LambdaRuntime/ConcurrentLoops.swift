import HTTPClient
import StrictJSON

/// Several run loops in one process: each has its thread and its connection, all share the
/// handler. So as many `next` wait as there are loops, and answers are posted in any order.
struct ConcurrentLoops<Handler: LambdaHandler> {
    let count: Int
    let authority: String
    let termination: Termination
    let initialization: LambdaInitialization

    /// Runs until every loop has ended; the greatest of their exit codes.
    ///
    /// A loop that fails ends the others as SIGTERM does: those that wait at once, those at work
    /// when their invocation is answered.
    func run(_ handler: Handler) async -> Int32 {
        var threads: [LoopThread] = []
        defer { for thread in threads { thread.end() } }
        while threads.count < count {
            guard let thread = LoopThread.start() else {
                initialization.logger.error("no thread could be started")
                return 1
            }
            threads.append(thread)
        }
        let loops = threads.map { thread in
            Task(executorPreference: thread) { await runLoop(handler) }
        }
        var exitCode: Int32 = 0
        for loop in loops { exitCode = max(exitCode, await loop.value) }
        return exitCode
    }

    private func runLoop(_ handler: Handler) async -> Int32 {
        do throws(HTTPClientError) {
            let client = try RuntimeAPIClient(
                authority: authority, interruption: termination.interruption)
            let loop = RunLoop<Handler>(
                client: client, termination: termination, initialization: initialization,
                isAlone: false)
            return await loop.serve(handler)
        } catch {
            initialization.logger.error(
                "runtime cannot start", ["stage": .string(error.code.rawValue)])
            termination.raise()
            return 1
        }
    }
}
