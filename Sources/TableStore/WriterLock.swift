import Glibc

/// The queue of those who want to write to one database file, across threads and processes.
///
/// SQLite's own lock makes a loser sleep and try again, up to 100 ms at a time, so that a waiter
/// sleeps on while the file is free. This lock wakes a waiter at once. It only orders those who
/// take it: SQLite's lock stays the truth, and a tool that knows nothing of this one still works.
///
/// It is a robust mutex in a small shared file (`<database>-lock`): when its holder dies, the
/// kernel hands it to the next. Nothing needs repair then, because SQLite rolls back what was not
/// committed.
final class WriterLock {
    /// What the file begins with; a file of another boot or place is made anew.
    private struct Header: Equatable {
        var magic: UInt64 = 0x3130_4B4C_5253_5454  // "TTSRLK01" in a hex dump
        var inode: UInt64
        var device: UInt64
        var boot: UInt64
    }

    private static let fileBytes = 4096
    private static let mutexOffset = 64

    private let memory: UnsafeMutableRawPointer
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    /// Opens the lock's file, and makes it where it is not there yet.
    init(path: String) throws(TableStoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.systemError(errno) }
        // The mapping keeps the open file, and with it the flock, alive after the close: it has to
        // be given back by name.
        defer {
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw Self.systemError(errno) }
        }
        // Reserves the page: writing into the mapping of a hole on a full disk would be a SIGBUS.
        let reserved = posix_fallocate(descriptor, 0, Self.fileBytes)
        guard reserved == 0 else { throw Self.systemError(reserved) }
        let mapped = mmap(
            nil, Self.fileBytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let mapped, mapped != MAP_FAILED else { throw Self.systemError(errno) }
        memory = mapped
        mutex = (mapped + Self.mutexOffset).bindMemory(to: pthread_mutex_t.self, capacity: 1)
        let expected = try Self.header(of: descriptor)
        if mapped.loadUnaligned(as: Header.self) != expected {
            try Self.initialize(mutex)
            mapped.storeBytes(of: expected, as: Header.self)
        }
    }

    deinit {
        munmap(memory, Self.fileBytes)
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

    private static func initialize(
        _ mutex: UnsafeMutablePointer<pthread_mutex_t>
    ) throws(TableStoreError) {
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        defer { pthread_mutexattr_destroy(&attributes) }
        pthread_mutexattr_setpshared(&attributes, Int32(PTHREAD_PROCESS_SHARED))
        pthread_mutexattr_setrobust(&attributes, Int32(PTHREAD_MUTEX_ROBUST))
        let code = pthread_mutex_init(mutex, &attributes)
        guard code == 0 else { throw .unavailable(code: code) }
    }

    /// The header this very file has in this boot.
    ///
    /// After a power loss, or in a copy, the mutex may say "held" by a thread that no kernel knows
    /// any more.
    private static func header(of descriptor: Int32) throws(TableStoreError) -> Header {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemError(errno) }
        return Header(
            inode: UInt64(status.st_ino), device: UInt64(status.st_dev), boot: bootIdentity())
    }

    /// The kernel's boot id, folded to 64 bits (FNV-1a); 0 where it cannot be read.
    private static func bootIdentity() -> UInt64 {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = max(0, read(descriptor, &bytes, bytes.count))
        return bytes[..<count].reduce(0xCBF2_9CE4_8422_2325) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01B3
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

    private static func systemError(_ code: Int32) -> TableStoreError {
        code == ENOSPC || code == EDQUOT ? .full : .unavailable(code: code)
    }
}
