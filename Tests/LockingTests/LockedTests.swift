import Locking
import Testing

@Suite("A value that one thread at a time uses")
struct LockedTests {
    private struct Refused: Error {}

    @Test("Additions of many tasks are all there")
    func exclusion() async {
        let count = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<10_000 { count.withLock { $0 += 1 } } }
            }
        }
        #expect(count.withLock { $0 } == 80_000)
    }

    @Test("A body that throws gives the lock back and keeps what it changed")
    func throwing() {
        let text = Locked("a")
        #expect(throws: Refused.self) {
            try text.withLock { text throws(Refused) in
                text += "b"
                throw Refused()
            }
        }
        #expect(text.withLock { $0 } == "ab")
    }

    @Test("The value ends with the lock")
    func deinitialization() {
        final class Probe: Sendable {}
        weak var probe: Probe?
        do {
            let value = Probe()
            probe = value
            let locked = Locked(value)
            locked.withLock { _ in }
            #expect(probe != nil)
        }
        #expect(probe == nil)
    }
}
