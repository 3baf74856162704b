import StrictJSON

/// Several run loops in one process: each has its thread and its connection, all share the
/// handler. So as many `next` wait as there are loops, and answers are posted in any order.
struct ConcurrentLoops {
    let count: Int
    let process: FunctionProcess

    /// Runs until every loop has ended; the greatest of their exit codes.
    ///
    /// A loop that fails ends the others as SIGTERM does: those that wait at once, those at work
    /// when their invocation is answered.
    func run(_ function: Function) async -> Int32 {
        var threads: [LoopThread] = []
        defer { for thread in threads { thread.end() } }
        while threads.count < count {
            guard let thread = LoopThread.start() else {
                process.initialization.logger.fatal("no thread could be started")
                return 1
            }
            threads.append(thread)
        }
        let loops = threads.map { thread in
            Task { await process.serve(function, on: thread, isAlone: false) }
        }
        var exitCode: Int32 = 0
        for loop in loops { exitCode = max(exitCode, await loop.value) }
        return exitCode
    }
}
