import Glibc
import TableStore

/// Reads a file's size and damages it.
///
/// No test opens a database file in this way while a store of this process has it open: closing it
/// would drop SQLite's locks.
struct FileBytes {
    let path: String
    let count: Int

    init(path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw TableStoreError.unavailable(code: errno) }
        self.path = path
        count = Int(status.st_size)
    }

    func overwrite(at offset: Int, with bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY)
        defer { close(descriptor) }
        guard pwrite(descriptor, bytes, bytes.count, offset) == bytes.count else {
            throw TableStoreError.unavailable(code: errno)
        }
    }
}
