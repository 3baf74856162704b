import TestSupport
import Glibc
import Locking
import Synchronization
import Testing

@testable import TableStore

@Suite("The writers' lock")
struct WriterLockTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/lock" }

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("A holder that ends without giving the lock back hands it to the next")
    func deadHolder() throws {
        try runThread {
            // The thread's end is, for a robust mutex, what a killed process is.
            _ = try? WriterLock(path: path).acquireForever()
        }
        let lock = try WriterLock(path: path)
        #expect(try lock.acquire(timeoutMs: 1000) == 0)
        lock.release()
        #expect(try lock.acquire(timeoutMs: 1000) == 0)
        lock.release()
    }

    @Test("A lock that is held makes others give up after their time")
    func timeout() throws {
        let lock = try WriterLock(path: path)
        #expect(try lock.acquire(timeoutMs: 1000) == 0)
        let code = Locked<TableStoreError?>(nil)
        try runThread {
            do {
                _ = try WriterLock(path: path).acquire(timeoutMs: 20)
            } catch {
                code.withLock { $0 = error as? TableStoreError }
            }
        }
        #expect(code.withLock { $0 } == .busy)
        lock.release()
    }

    @Test("A file with another header, such as a copy or one from before a restart, is made anew")
    func staleFile() throws {
        // Held in the file, and nobody is there to give it back.
        let damaged = [UInt8](repeating: 0x55, count: 4096)
        let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        #expect(pwrite(descriptor, damaged, damaged.count, 0) == damaged.count)
        close(descriptor)
        let lock = try WriterLock(path: path)
        #expect(try lock.acquire(timeoutMs: 1000) == 0)
        lock.release()
    }

    @Test("Eight threads with a lock each never hold it together")
    func exclusion() throws {
        let inside = Atomic<Int>(0)
        let together = Atomic<Int>(0)
        let turns = Atomic<Int>(0)
        let threads = try (0..<8).map { _ in
            try TestThread {
                guard let lock = try? WriterLock(path: path) else { return }
                for _ in 0..<200 {
                    guard (try? lock.acquire(timeoutMs: 10_000)) != nil else { return }
                    if inside.add(1, ordering: .relaxed).newValue > 1 {
                        together.add(1, ordering: .relaxed)
                    }
                    turns.add(1, ordering: .relaxed)
                    inside.subtract(1, ordering: .relaxed)
                    lock.release()
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(together.load(ordering: .relaxed) == 0)
        #expect(turns.load(ordering: .relaxed) == 1600)
    }

    private func runThread(_ body: @escaping @Sendable () -> Void) throws {
        try TestThread(body).join()
    }
}

extension WriterLock {
    /// Takes the lock, and keeps its memory so that the lock outlives this object.
    fileprivate func acquireForever() throws {
        _ = try acquire(timeoutMs: 1000)
        _ = Unmanaged.passRetained(self)
    }
}
