internal import TableStore

extension EmulatorStore {
    private static let file = "asynchronous.db"

    /// The store of what waits, its folder made where it is not there yet.
    static func make(
        in dataDirectory: String?, activity: Activity
    ) throws(EmulatorError) -> EmulatorStore {
        guard let dataDirectory else { return EmulatorStore(path: nil, activity: activity) }
        let directory = FileContent.absolute(dataDirectory, in: ".")
        do throws(SystemCallError) {
            try FileContent.makeDirectory(directory)
        } catch {
            throw .dataDirectory("\(dataDirectory): \(error.reason)")
        }
        return EmulatorStore(path: "\(directory)/\(file)", activity: activity)
    }

    /// Waits until the database is open, or tells in the developer's words why it is not.
    func requireOpen() throws(EmulatorError) {
        do throws(TableStoreError) {
            try waitUntilOpen()
        } catch {
            switch error {
            case .busy: throw .dataDirectory("another emulator uses it: \(Self.file) is locked")
            case .invalid(let what): throw .dataDirectory("\(Self.file) \(what)")
            case .unavailable(let code):
                throw .dataDirectory("\(Self.file) cannot be opened: SQLite's code is \(code)")
            default: throw .dataDirectory("\(Self.file) cannot be opened: \(error.code)")
            }
        }
    }
}
