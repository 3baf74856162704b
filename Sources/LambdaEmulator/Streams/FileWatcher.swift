internal import Glibc

/// Tells when one of some files in a folder is written, made or replaced.
///
/// The folder is watched and not the files, so that they need not exist yet.
final class FileWatcher: Sendable {
    let descriptor: Int32
    private let names: Set<String>

    init(directory: String, names: Set<String>) throws(SystemCallError) {
        self.names = names
        descriptor = try Inotify.open()
        let events = UInt32(IN_MODIFY) | UInt32(IN_CREATE) | UInt32(IN_MOVED_TO)
        guard inotify_add_watch(descriptor, directory, events) >= 0 else {
            let code = errno
            close(descriptor)
            throw SystemCallError(call: "inotify_add_watch", code: code)
        }
    }

    deinit { close(descriptor) }

    /// Takes in what was reported until now; true when one of the files was concerned.
    func takeEvents() -> Bool {
        Inotify.takeEvents(descriptor).contains { $0.isOverflow || names.contains($0.name) }
    }
}
