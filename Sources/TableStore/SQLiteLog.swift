import Glibc

/// The write-ahead log of a database that this process has open: flushed from any thread, beside
/// the connection that writes it.
package final class SQLiteLog: Sendable {
    private let descriptor: Int32

    /// Opens the log; the database is open and has been written to, so it is there and stays.
    ///
    /// - Parameter path: the database's.
    package init(path: String) throws(TableStoreError) {
        descriptor = open(path + "-wal", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unavailable(code: errno) }
        // The log's name must outlive a power loss, too; SQLite itself would see to it with its
        // own flush.
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0, fsync(parent) == 0 else {
            let code = errno
            if parent >= 0 { close(parent) }
            close(descriptor)
            throw .unavailable(code: code)
        }
        close(parent)
    }

    deinit {
        // POSIX gives up a process's locks on a file with any close of it, but SQLite has no locks
        // on the log: they are on the database and on the shared memory.
        close(descriptor)
    }

    /// Makes every commit in the log outlive a power loss.
    package func flush() throws(TableStoreError) {
        while fdatasync(descriptor) != 0 {
            guard errno == EINTR else {
                throw errno == ENOSPC || errno == EDQUOT ? .full : .unavailable(code: errno)
            }
        }
    }
}
