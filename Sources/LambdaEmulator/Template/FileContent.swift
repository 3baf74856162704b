internal import Glibc

/// Small files, written whole, and their paths.
enum FileContent {
    /// Replaces the file as a whole: whoever reads it sees the old or the new content.
    static func replace(_ path: String, with bytes: [UInt8]) throws(SystemCallError) {
        let temporary = path + ".new"
        let descriptor = try LinuxCalls.check(
            "open", open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644))
        let isWritten = LinuxCalls.writeAll(bytes, to: descriptor) && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isWritten else { throw SystemCallError(call: "write", code: code) }
        _ = try LinuxCalls.check("rename", rename(temporary, path))
    }

    /// Makes a folder, which gets the mode, and those above it.
    static func makeDirectory(
        _ path: String, mode: mode_t = 0o755
    ) throws(SystemCallError) {
        guard mkdir(path, mode) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, directory(of: path) != path else {
            throw SystemCallError(call: "mkdir", code: errno)
        }
        try makeDirectory(directory(of: path))
        guard mkdir(path, mode) == 0 || errno == EEXIST else {
            throw SystemCallError(call: "mkdir", code: errno)
        }
    }

    /// A file's length and when it was changed, Unix seconds; nil when there is none.
    static func status(of path: String) -> (byteCount: Int64, changedAt: Int64)? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return (Int64(status.st_size), Int64(status.st_mtim.tv_sec))
    }

    /// The names in a folder, in no order; none when it cannot be read.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// What a name in a folder stands for.
    enum Entry {
        case file(byteCount: Int)
        case folder
        /// A link, or nothing.
        case other
    }

    static func entry(_ path: String) -> Entry {
        var status = stat()
        guard lstat(path, &status) == 0 else { return .other }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(byteCount: Int(status.st_size))
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// True for a file, or a link to one.
    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// True for a folder, or a link to one.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The folder a path is in; `.` for a bare name.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The path without symbolic links; nil when there is no such file.
    static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The path from the root, with `.` and `..` taken out where that needs no look at the disk.
    static func absolute(_ path: String, in directory: String) -> String {
        var full = path.hasPrefix("/") ? path : directory + "/" + path
        if !full.hasPrefix("/") {
            var buffer = [CChar](repeating: 0, count: 4_096)
            if let current = getcwd(&buffer, buffer.count) {
                full = String(cString: current) + "/" + full
            }
        }
        var parts: [Substring] = []
        for part in full.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
