import Glibc

/// A value that one thread at a time uses, and whose changes threads can wait for.
///
/// For the threads that the project starts itself: a wait holds its thread, so none of the Swift
/// runtime's pool may wait here. As for ``Locked``, a pthread mutex is one that the thread
/// sanitizer sees.
///
/// Unchecked: the value is reached under the lock only.
package final class Monitor<Value>: @unchecked Sendable {
    /// What a waiting thread makes of the value.
    package enum Look<Result> {
        case done(Result)
        /// Look again after the next change.
        case wait
        /// Look again after the next change, or at that time of the wall clock.
        case waitUntil(unixMs: Int64)
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let value: UnsafeMutablePointer<Value>

    /// Makes the monitor, free, around a value that nobody else holds.
    package init(_ value: sending Value) {
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
        value.deinitialize(count: 1)
        value.deallocate()
    }

    /// Uses the value while nobody else does; nobody who waits is told.
    package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&value.pointee)
    }

    /// Changes the value and lets every thread that waits look at it.
    package func change<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        let result = body(&value.pointee)
        pthread_cond_broadcast(condition)
        return result
    }

    /// Looks at the value at once and after each change, until the look says that it is done.
    package func wait<Result>(_ look: (inout Value) -> Look<Result>) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            switch look(&value.pointee) {
            case .done(let result): return result
            case .wait: pthread_cond_wait(condition, mutex)
            case .waitUntil(let unixMs):
                var time = timespec(
                    tv_sec: Int(unixMs / 1_000), tv_nsec: Int(unixMs % 1_000) * 1_000_000)
                pthread_cond_timedwait(condition, mutex, &time)
            }
        }
    }
}
