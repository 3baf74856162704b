import FileInput

/// What Git is told to ignore in a folder, as far as it is plain names and paths: the products of
/// builds, which start no build.
///
/// Lines with wildcards and exceptions are passed over.
/// Source: https://git-scm.com/docs/gitignore
struct IgnoredPaths: Sendable {
    private var names: Set<String> = []
    private var paths: Set<String> = []

    init(of folders: [String]) {
        for folder in folders {
            guard let bytes = InputFile.read(folder + "/.gitignore", bytesMax: 1 << 20) else {
                continue
            }
            for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
                add(line, of: folder)
            }
        }
    }

    private mutating func add(_ line: Substring, of folder: String) {
        var entry = line.drop { $0 == " " }
        while entry.last == " " { entry = entry.dropLast() }
        guard let first = entry.first, first != "#", first != "!",
            !entry.contains(where: { "*?[\\".contains($0) })
        else { return }
        if entry.hasSuffix("/") { entry = entry.dropLast() }
        if entry.contains("/") {
            paths.insert(folder + "/" + entry.drop { $0 == "/" })
        } else if !entry.isEmpty {
            names.insert(String(entry))
        }
    }

    func contains(_ path: String) -> Bool {
        if paths.contains(path) { return true }
        guard let slash = path.lastIndex(of: "/") else { return names.contains(path) }
        return names.contains(String(path[path.index(after: slash)...]))
    }
}
