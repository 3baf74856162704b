internal import Glibc

/// Tells when one of some files in a folder is written, made or replaced.
///
/// The folder is watched and not the files, so that they need not exist yet.
final class FileWatcher: Sendable {
    let descriptor: Int32
    private let names: Set<String>

    init(directory: String, names: Set<String>) throws(SystemCallError) {
        self.names = names
        descriptor = try LinuxCalls.check(
            "inotify_init1", inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)))
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
        var buffer = [UInt8](repeating: 0, count: 8_192)
        var isConcerned = false
        while let bytes = LinuxCalls.readAvailable(descriptor, into: &buffer), !bytes.isEmpty {
            if containsName(bytes) { isConcerned = true }
        }
        return isConcerned
    }

    private func containsName(_ bytes: ArraySlice<UInt8>) -> Bool {
        let headerBytes = MemoryLayout<inotify_event>.size
        var rest = bytes
        while rest.count >= headerBytes {
            let header = rest.withUnsafeBytes { $0.loadUnaligned(as: inotify_event.self) }
            // Events were lost: look in any case.
            if header.mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
            let name = rest.dropFirst(headerBytes).prefix(Int(header.len)).prefix { $0 != 0 }
            if names.contains(String(decoding: name, as: UTF8.self)) { return true }
            rest = rest.dropFirst(headerBytes + Int(header.len))
        }
        return false
    }
}
