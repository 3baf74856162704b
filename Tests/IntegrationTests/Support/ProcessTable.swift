import Foundation

/// Reads `/proc`.
enum ProcessTable {
    /// The living children of a process.
    static func children(of parent: Int32) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init)
            .filter { child in
                guard let status = status(of: child) else { return false }
                return status.parent == parent && status.state != "Z"
            }
    }

    /// The name of a process's program.
    static func name(of process: Int32) -> String? {
        let link = "/proc/\(process)/exe"
        return (try? FileManager.default.destinationOfSymbolicLink(atPath: link))
            .map { URL(filePath: $0).lastPathComponent }
    }

    private static func status(of process: Int32) -> (state: String, parent: Int32)? {
        // The second field is the name in parentheses, which may hold anything: count after it.
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
        return (String(fields[0]), parent)
    }
}
