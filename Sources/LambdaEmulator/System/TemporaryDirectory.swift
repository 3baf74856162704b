internal import Glibc

/// A folder of its own for something that does not outlive this process.
package struct TemporaryDirectory: Sendable {
    package let path: String

    /// In `TMPDIR`, or in /tmp; only its owner may enter it.
    package init() throws(SystemCallError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array((parent + "/lambda-emulator-XXXXXX").utf8CString)
        guard mkdtemp(&name) != nil else { throw SystemCallError(call: "mkdtemp", code: errno) }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes it with all that is in it; links are removed, not followed.
    package func remove() { Self.remove(path) }

    private static func remove(_ folder: String) {
        for name in FileContent.names(in: folder) {
            let inner = "\(folder)/\(name)"
            if case .folder = FileContent.entry(inner) { remove(inner) } else { unlink(inner) }
        }
        rmdir(folder)
    }
}
