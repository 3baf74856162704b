import FoundationEssentials

/// The project's own files, as the style tests read them.
struct SourceTree {
    /// One Swift file.
    struct File {
        /// Relative to the project's top level, with slashes.
        let path: String
        let lines: [Substring]

        /// The modules it imports.
        var imports: [String] {
            lines.compactMap { line in
                let words = line.split(separator: " ")
                guard let index = words.firstIndex(of: "import"), index <= 1,
                    index == 0 || accessWords.contains(String(words[0])),
                    words.count > index + 1
                else { return nil }
                return String(words[index + 1])
            }
        }
    }

    /// The top level, found from this file's place in it.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift file below some folders of the top level.
    static func swiftFiles(_ folders: String...) throws -> [File] {
        try folders.flatMap { try files(in: $0, endingIn: [".swift"]) }
    }

    /// Every file below a folder of the top level whose name ends so.
    static func files(in folder: String, endingIn endings: [String]) throws -> [File] {
        try paths(below: folder).filter { path in endings.contains { path.hasSuffix($0) } }
            .map { path in
                let data = try Data(contentsOf: root.appending(path: path))
                let text = String(decoding: data, as: UTF8.self)
                return File(
                    path: path,
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false))
            }
    }

    /// The names directly in a folder of the top level, in order.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
            .sorted()
    }

    private static func paths(below folder: String) throws -> [String] {
        try names(in: folder).flatMap { name -> [String] in
            let path = folder + "/" + name
            var isFolder = false
            _ = FileManager.default.fileExists(
                atPath: root.appending(path: path).path, isDirectory: &isFolder)
            return isFolder ? try paths(below: path) : [path]
        }
    }
}

private let accessWords = ["public", "package", "internal", "private", "fileprivate", "@testable"]
