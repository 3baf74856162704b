import Glibc

/// A value behind a pthread mutex, which the thread sanitizer understands.
///
/// It does not see a contended `Synchronization.Mutex`: that one waits in the library's own code,
/// which is not instrumented, and every access after such a wait is reported as a race.
/// Unchecked: the value is reached under the lock only.
final class Locked<Value: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    init(_ value: Value) {
        self.value = value
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
