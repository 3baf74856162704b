import Glibc

/// Where one thread waits until another opens.
///
/// Unchecked: the semaphore is made for several threads, and its memory lives as long as the gate.
package final class Gate: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    package init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Waits; each opening lets one thread through, also one that came earlier.
    package func wait() {
        while sem_wait(semaphore) != 0 {}  // A signal may wake it early.
    }

    package func open() {
        sem_post(semaphore)
    }
}
