internal import Glibc

/// The Swift toolchain's program that tells where a crashed process was.
///
/// Source: https://github.com/swiftlang/swift/blob/main/docs/Backtracing.rst
enum SwiftBacktracer {
    /// The value of SWIFT_BACKTRACE that lets a function print where it crashed; nil when this
    /// machine has no toolchain. Without the path the runtime would look for the program where the
    /// function is, which is often linked statically, and complain.
    ///
    /// - Parameter path: The folders to look for `swift` in, as in PATH.
    static func setting(path: String) -> String? {
        guard let program = find(path: path) else { return nil }
        return [
            "enable=yes", "color=no", "interactive=no", "threads=crashed", "registers=none",
            "images=none", "limit=32", "sanitize=no", "timeout=5s", "swift-backtrace=\(program)",
        ].joined(separator: ",")
    }

    private static func find(path: String) -> String? {
        for folder in path.split(separator: ":") {
            guard let swift = FileContent.resolved("\(folder)/swift") else { continue }
            let usr = FileContent.directory(of: FileContent.directory(of: swift))
            for name in ["swift-backtrace-static", "swift-backtrace"] {
                let program = "\(usr)/libexec/swift/linux/\(name)"
                if access(program, X_OK) == 0 { return program }
            }
        }
        return nil
    }
}
