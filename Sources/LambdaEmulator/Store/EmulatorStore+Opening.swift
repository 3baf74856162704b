internal import TableStore

extension EmulatorStore {
    /// Opens the database of what waits.
    static func open(
        in dataDirectory: String?, activity: Activity
    ) throws(EmulatorError) -> EmulatorStore {
        guard let dataDirectory else {
            return try store { () throws(TableStoreError) in
                try EmulatorStore(path: nil, activity: activity)
            }
        }
        let directory = FileContent.absolute(dataDirectory, in: ".")
        do throws(SystemCallError) {
            try FileContent.makeDirectory(directory)
        } catch {
            throw .dataDirectory("\(dataDirectory): \(error.reason)")
        }
        let path = directory + "/asynchronous.db"
        return try store { () throws(TableStoreError) in
            try EmulatorStore(path: path, activity: activity)
        }
    }

    private static func store(
        _ open: () throws(TableStoreError) -> EmulatorStore
    ) throws(EmulatorError) -> EmulatorStore {
        do throws(TableStoreError) {
            return try open()
        } catch {
            let name = "asynchronous.db"
            switch error {
            case .busy: throw .dataDirectory("another emulator uses it: \(name) is locked")
            case .invalid(let what): throw .dataDirectory("\(name) \(what)")
            case .unavailable(let code):
                throw .dataDirectory("\(name) cannot be opened: SQLite's code is \(code)")
            default: throw .dataDirectory("\(name) cannot be opened: \(error.code)")
            }
        }
    }
}
