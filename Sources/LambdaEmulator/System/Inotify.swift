internal import Glibc

/// Reads what inotify reports.
///
/// Source: https://man7.org/linux/man-pages/man7/inotify.7.html
enum Inotify {
    struct Event {
        /// The number that `inotify_add_watch` gave.
        let watch: Int32
        let mask: UInt32
        /// The name in the watched folder; empty for the folder itself.
        let name: String

        /// Events were lost: anything may have changed.
        var isOverflow: Bool { mask & UInt32(IN_Q_OVERFLOW) != 0 }
    }

    /// A descriptor that nothing is watched by yet; to be closed by the caller.
    static func open() throws(SystemCallError) -> Int32 {
        try LinuxCalls.check(
            "inotify_init1", inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)))
    }

    /// Takes what was reported until now.
    static func takeEvents(_ descriptor: Int32) -> [Event] {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var events: [Event] = []
        while let bytes = LinuxCalls.readAvailable(descriptor, into: &buffer), !bytes.isEmpty {
            append(bytes, to: &events)
        }
        return events
    }

    private static func append(_ bytes: ArraySlice<UInt8>, to events: inout [Event]) {
        let headerBytes = MemoryLayout<inotify_event>.size
        var rest = bytes
        while rest.count >= headerBytes {
            let header = rest.withUnsafeBytes { $0.loadUnaligned(as: inotify_event.self) }
            let name = rest.dropFirst(headerBytes).prefix(Int(header.len)).prefix { $0 != 0 }
            events.append(
                Event(
                    watch: header.wd, mask: header.mask, name: String(decoding: name, as: UTF8.self)
                ))
            rest = rest.dropFirst(headerBytes + Int(header.len))
        }
    }
}
