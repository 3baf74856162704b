import CSQLite
import Glibc

/// The queue of those who want to write to one database file, across threads and processes, and
/// the account of which of their commits are durable.
///
/// SQLite's own lock makes a loser sleep and try again, up to 100 ms at a time, so that a waiter
/// sleeps on while the file is free. This lock wakes a waiter at once. It only orders those who
/// take it: SQLite's lock stays the truth, and a tool that knows nothing of this one still works.
///
/// It lies in a small shared file (`<database>-lock`). When a holder dies nothing needs repair,
/// because SQLite rolls back what was not committed.
///
/// Unchecked: its memory is shared with other processes, and locks and atomics guard it.
final class WriterLock: @unchecked Sendable {
    /// What the file begins with; a file of another boot or place is made anew.
    private struct Header: Equatable {
        var magic: UInt64 = 0x3230_4B4C_5253_5454  // "TTSRLK02" in a hex dump
        var inode: UInt64
        var device: UInt64
        var boot: UInt64
    }

    private static let fileBytes = 4096
    private static let writersOffset = 64
    private static let flushersOffset = 192
    private static let announcedOffset = 320
    private static let finishedOffset = 384
    private static let durableOffset = 448

    private let memory: UnsafeMutableRawPointer
    private let writers: RobustMutex
    private let flushers: RobustMutex

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
        writers = RobustMutex(at: mapped + Self.writersOffset)
        flushers = RobustMutex(at: mapped + Self.flushersOffset)
        let expected = try Self.header(of: descriptor)
        if mapped.loadUnaligned(as: Header.self) != expected {
            for offset in [Self.announcedOffset, Self.finishedOffset, Self.durableOffset] {
                mapped.storeBytes(of: 0, toByteOffset: offset, as: UInt64.self)
            }
            try writers.initialize()
            try flushers.initialize()
            mapped.storeBytes(of: expected, as: Header.self)
        }
    }

    deinit {
        munmap(memory, Self.fileBytes)
    }

    /// Takes the writers' place; see ``RobustMutex/acquire(timeoutMs:)``.
    func acquire(timeoutMs: Int) throws(TableStoreError) -> Int {
        try writers.acquire(timeoutMs: timeoutMs)
    }

    /// Gives the writers' place back; only the thread that took it may.
    func release() {
        writers.release()
    }

    /// Runs a commit as the writer and tells the others of it.
    ///
    /// - Returns: the commit's number, for ``makeDurable(_:timeoutMs:_:)``.
    func commit(
        _ body: () throws(TableStoreError) -> Void
    ) throws(TableStoreError) -> UInt {
        // Announced before it can be seen: who has read what it wrote finds it not durable yet.
        let number = ttsr_atomic_add(counter(Self.announcedOffset), 1)
        try body()
        ttsr_atomic_max(counter(Self.finishedOffset), number)
        return number
    }

    /// The last commit that a read may have seen.
    var lastAnnounced: UInt { ttsr_atomic_load(counter(Self.announcedOffset)) }

    /// Whether a commit outlives a power loss.
    func isDurable(_ number: UInt) -> Bool {
        ttsr_atomic_load(counter(Self.durableOffset)) >= number
    }

    /// Makes sure that a commit outlives a power loss: flushes the log, unless another's flush has
    /// covered it meanwhile.
    ///
    /// One flush is under way at a time, and it covers every commit that was finished when it
    /// began: the more writers there are, the more commits one flush makes durable.
    ///
    /// - Parameters:
    ///   - number: from ``commit(_:)`` or ``lastAnnounced``.
    ///   - timeoutMs: how long to wait for another's flush before flushing beside it.
    ///   - flush: flushes the log of the database.
    func makeDurable(
        _ number: UInt, timeoutMs: Int, _ flush: () throws(TableStoreError) -> Void
    ) throws(TableStoreError) {
        if isDurable(number) { return }
        let isAlone = (try? flushers.acquire(timeoutMs: timeoutMs)) != nil
        defer { if isAlone { flushers.release() } }
        if isDurable(number) { return }
        let covered = ttsr_atomic_load(counter(Self.finishedOffset))
        try flush()
        ttsr_atomic_max(counter(Self.durableOffset), covered)
    }

    private func counter(_ offset: Int) -> UnsafeMutablePointer<UInt> {
        (memory + offset).assumingMemoryBound(to: UInt.self)
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

    private static func systemError(_ code: Int32) -> TableStoreError {
        code == ENOSPC || code == EDQUOT ? .full : .unavailable(code: code)
    }
}
