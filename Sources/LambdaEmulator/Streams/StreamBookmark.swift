import FileInput
internal import Glibc
internal import StrictJSON

/// How far a function has read a table's stream.
struct StreamBookmark: Equatable, Sendable {
    /// The last record the function has taken; 0 for none.
    var sequence: Int64 = 0
    /// Which file the sequence is of: a new file begins anew.
    var store = ""

    /// The bookmark in a file; one at the beginning when there is no file.
    ///
    /// - Throws: When there is a file that is no bookmark: reading from the start in silence
    ///   would deliver everything again.
    static func load(from path: String) throws(StreamBookmarkError) -> StreamBookmark {
        guard access(path, F_OK) == 0 else { return StreamBookmark() }
        guard let bytes = InputFile.read(path, bytesMax: 4_096),
            let value = try? StrictJSON.parse(bytes),
            let sequence = value["sequence"]?.number?.integer, sequence >= 0,
            let store = value["store"]?.string
        else { throw StreamBookmarkError(path: path) }
        return StreamBookmark(sequence: sequence, store: store)
    }

    func save(to path: String) throws(SystemCallError) {
        let value: JSONValue = ["sequence": .number(JSONNumber(sequence)), "store": .string(store)]
        try FileContent.replace(path, with: value.serialized() + [0x0A])
    }

    /// What tells a file from another one at the same path; nil while there is none.
    static func identity(ofStore path: String) -> String? {
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        return "\(information.st_dev):\(information.st_ino)"
    }
}

/// A file that should be a bookmark and is none.
struct StreamBookmarkError: Error { let path: String }
