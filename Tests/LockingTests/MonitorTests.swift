import Locking
import TestSupport
import Testing

@Suite struct MonitorTests {
    @Test func aWaitLooksAgainAfterEachChange() async throws {
        let count = Monitor(0)
        async let seen = onThread { count.wait { $0 >= 3 ? .done($0) : .wait } }
        for _ in 0..<3 { count.change { $0 += 1 } }
        #expect(try await seen == 3)
    }

    @Test func aWaitThatIsDoneAtOnceNeedsNoChange() {
        let name = Monitor("a")
        #expect(name.wait { .done($0 + "b") } == "ab")
    }

    @Test func aWaitUntilATimeLooksAgainThen() {
        let value = Monitor(0)
        // A time that is long over: the second look comes at once.
        let looks = value.wait { looks -> Monitor<Int>.Look<Int> in
            looks += 1
            return looks == 2 ? .done(looks) : .waitUntil(unixMs: 1)
        }
        #expect(looks == 2)
    }

    @Test func everyWaitingThreadIsTold() async throws {
        let isOpen = Monitor((open: false, waiting: 0))
        async let first = onThread {
            isOpen.change { $0.waiting += 1 }
            return isOpen.wait { $0.open ? .done(1) : .wait }
        }
        async let second = onThread {
            isOpen.change { $0.waiting += 1 }
            return isOpen.wait { $0.open ? .done(2) : .wait }
        }
        _ = try await onThread { isOpen.wait { $0.waiting == 2 ? .done(true) : .wait } }
        isOpen.change { $0.open = true }
        #expect(try await first + second == 3)
    }
}
