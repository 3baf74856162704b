internal import Glibc

/// A value that one thread waits for and another delivers, once.
///
/// `@unchecked Sendable` because `value` is only touched under the mutex; the condition variable
/// lets a thread of our own wait, which a `Mutex` alone cannot.
final class Promise<Value: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value?

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Delivers the value; only the first one counts.
    func fulfil(_ delivered: Value) {
        pthread_mutex_lock(mutex)
        if value == nil { value = delivered }
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Waits for the value; never call it on a thread of the Swift runtime's pool.
    func wait() -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let value { return value }
            pthread_cond_wait(condition, mutex)
        }
    }

    /// Waits for the value, nil when the time is over.
    func wait(timeoutMs: Int) -> Value? {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        let nanoseconds = deadline.tv_nsec + timeoutMs % 1_000 * 1_000_000
        deadline.tv_sec += timeoutMs / 1_000 + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while value == nil {
            guard pthread_cond_timedwait(condition, mutex, &deadline) == 0 else { break }
        }
        return value
    }
}
