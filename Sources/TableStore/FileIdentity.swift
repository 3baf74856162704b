import Glibc

/// Which file a path names at the moment.
///
/// By asking for its status: to open and close the file here would drop SQLite's locks on it, which
/// belong to the process (<https://www.sqlite.org/howtocorrupt.html>, 2.2).
struct FileIdentity: Equatable {
    let device: UInt64
    let inode: UInt64

    /// Nil where there is no file, or an empty one, which no store has begun to fill.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
