import Glibc

/// A file or standard input, read whole.
package enum InputFile {
    /// The bytes; nil when they cannot be read or are more than `bytesMax`.
    ///
    /// - Parameter path: `-` reads standard input.
    package static func read(_ path: String, bytesMax: Int) -> [UInt8]? {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { if path != "-" { close(descriptor) } }
        return read(descriptor: descriptor, bytesMax: bytesMax)
    }

    /// The bytes from an open descriptor to its end; nil as above.
    package static func read(descriptor: Int32, bytesMax: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= bytesMax else { return nil }
        }
    }
}
