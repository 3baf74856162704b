import Locking
import Testing

@testable import LambdaEmulator

@Suite("the emulator's own thread")
struct EventLoopTests {
    @Test("a wake-up that is long due is taken at once, whenever it comes")
    func wakesForThePast() async throws {
        let loop = try EventLoop(clock: .system)
        let ticks = Locked(0)
        try loop.start { _ in
            // Asked for while the loop is at work, so that it is found when it goes to sleep.
            if ticks.withLock({
                $0 += 1; return $0
            }) == 1 {
                loop.wake(byNs: .min)
            }
            return .max
        }
        loop.wake(byNs: .min)
        #expect(await eventually { ticks.withLock { $0 } == 2 })
        loop.stop()
    }

    @Test("a wake-up that is further away than can be counted leaves the loop waiting")
    func sleepsForTheFuture() async throws {
        let loop = try EventLoop(clock: .system)
        try loop.start { _ in .max - 1 }
        loop.wake(byNs: .min)
        let done = Locked(false)
        loop.execute { done.withLock { $0 = true } }
        #expect(await eventually { done.withLock { $0 } })
        loop.stop()
    }
}
