import Dispatch
import Glibc

/// The process's first thread, which the function has to itself as long as it needs no other.
///
/// A thread more is dear in the init phase: its stack, its heap and the hand-over to it take longer
/// than the run loop's first request. And while a process has one thread, its allocator takes no
/// lock.
enum MainThread {
    /// Runs the function to its end; its result is the exit code. It is told which queue its tasks
    /// prefer.
    ///
    /// At its first suspension, for what happens on another thread, the function moves to a thread
    /// of its own, and this one serves the main actor. Until then the main actor waits.
    static func run(_ function: @escaping @Sendable (LoopThread) async -> Int32) -> Never {
        let loop = LoopThread()
        Task(executorPreference: loop) { exit(await function(loop)) }
        loop.runUntilIdle()
        guard loop.start() else {
            LambdaLogger().fatal("no thread could be started")
            exit(1)
        }
        dispatchMain()
    }
}
