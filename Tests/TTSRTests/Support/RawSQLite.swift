import CSQLite

/// A connection that knows nothing of this project: what another program does to the file.
final class RawConnection {
    private var handle: OpaquePointer?

    struct Failure: Error { let code: Int32 }

    init(path: String) throws {
        let code = sqlite3_open(path, &handle)
        guard code == SQLITE_OK else { throw Failure(code: code) }
    }

    deinit {
        sqlite3_close(handle)
    }

    func execute(_ statement: String) throws {
        let code = sqlite3_exec(handle, statement, nil, nil, nil)
        guard code == SQLITE_OK else { throw Failure(code: code) }
    }
}
