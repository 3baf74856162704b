import Glibc
import Testing

@testable import LambdaRuntime

/// Where a function's task runs.
@Suite struct MainThreadTests {
    @Test func aFunctionThatNeedsNoOtherThreadKeepsTheFirst() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let first = pthread_self()
            MainThread.run { _ in
                await plainly()
                return first == pthread_self() ? 7 : 1
            }
        }
    }

    @Test func aFunctionThatIsSuspendedGoesOnInAThreadOfItsOwn() async {
        let loop = LoopThread()
        let first = pthread_self()
        let (news, teller) = AsyncStream.makeStream(of: Void.self)
        let task = Task(executorPreference: loop) {
            let before = pthread_self()
            for await _ in news {}
            return (before: before, after: pthread_self())
        }
        loop.runUntilIdle()
        #expect(loop.start())
        teller.finish()
        let threads = await task.value
        loop.end()
        #expect(threads.before == first)
        #expect(threads.after != first)
    }
}

private func plainly() async {}
