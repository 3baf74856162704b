import Glibc

/// A value that one thread at a time uses.
///
/// `Synchronization.Mutex` does the same, but a contended one waits inside the standard library,
/// which the thread sanitizer does not instrument, and every use after such a wait is reported as
/// a race. A pthread mutex is seen, so a report means something.
///
/// Unchecked: the value is reached under the lock only.
package final class Locked<Value>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)

    /// Makes the lock, free, around a value that nobody else holds.
    package init(_ value: sending Value) {
        self.value.initialize(to: value)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        value.deinitialize(count: 1)
        value.deallocate()
    }

    /// Uses the value while nobody else does; the lock is not recursive.
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }
}
