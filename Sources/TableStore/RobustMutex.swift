import Glibc

/// A lock in memory that processes share: it wakes a waiter at once, and when its holder dies the
/// kernel hands it to the next.
struct RobustMutex {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    /// Names a lock that lies in shared memory; ``initialize()`` makes it.
    init(at memory: UnsafeMutableRawPointer) {
        mutex = memory.bindMemory(to: pthread_mutex_t.self, capacity: 1)
    }

    /// Makes the lock, free.
    func initialize() throws(TableStoreError) {
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        defer { pthread_mutexattr_destroy(&attributes) }
        pthread_mutexattr_setpshared(&attributes, Int32(PTHREAD_PROCESS_SHARED))
        pthread_mutexattr_setrobust(&attributes, Int32(PTHREAD_MUTEX_ROBUST))
        let code = pthread_mutex_init(mutex, &attributes)
        guard code == 0 else { throw .unavailable(code: code) }
    }

    /// Takes the lock.
    ///
    /// - Parameter timeoutMs: how long to wait at most.
    /// - Returns: how long it waited, in milliseconds.
    /// - Throws: `busy` when the time is over.
    func acquire(timeoutMs: Int) throws(TableStoreError) -> Int {
        if try take(pthread_mutex_trylock(mutex)) { return 0 }
        let start = Self.monotonicMs()
        while true {
            let waitedMs = Self.monotonicMs() - start
            guard waitedMs < timeoutMs else { throw .busy }
            // POSIX waits by the wall clock here. A clock set forward ends a wait early, so the
            // loop asks the monotonic clock; one set back can only lengthen a wait for a holder
            // that is stuck.
            var deadline = Self.wallClock(afterMs: timeoutMs - waitedMs)
            if try take(pthread_mutex_timedlock(mutex, &deadline)) {
                return Self.monotonicMs() - start
            }
        }
    }

    /// Gives the lock back; only the thread that took it may.
    func release() {
        pthread_mutex_unlock(mutex)
    }

    /// Whether a locking call's code means that the lock is ours.
    private func take(_ code: Int32) throws(TableStoreError) -> Bool {
        switch code {
        case 0: return true
        case EBUSY, ETIMEDOUT: return false
        case EOWNERDEAD:
            pthread_mutex_consistent(mutex)
            return true
        default: throw .unavailable(code: code)
        }
    }

    private static func monotonicMs() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    private static func wallClock(afterMs: Int) -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        // Rounded up by a millisecond, so that a wait that ends has lasted its time.
        let nanoseconds = time.tv_nsec + (afterMs % 1000 + 1) * 1_000_000
        time.tv_sec += afterMs / 1000 + nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        return time
    }
}
