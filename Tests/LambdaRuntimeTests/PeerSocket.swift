import Glibc

/// One accepted connection, read line by line.
final class PeerSocket: Sendable {
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { Glibc.close(descriptor) }

    /// The next bytes as text.
    func text(_ count: Int) -> String { String(decoding: bytes(count), as: UTF8.self) }

    /// A line without its end; nil when the client has closed.
    func line() -> String? {
        var line: [UInt8] = []
        while let byte = bytes(1).first {
            if byte == 0x0A { return String(decoding: line.dropLast(), as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }

    /// Field lines up to the empty one, by lower-case name.
    func fields() -> [String: String] {
        var fields: [String: String] = [:]
        while let line = line(), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = String(
                (parts.count > 1 ? parts[1] : "").drop { $0 == " " })
        }
        return fields
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Ends the connection in both directions.
    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// The next bytes; fewer only when the client has closed.
    func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = bytes.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress.map { $0 + filled }, count - filled, 0)
            }
            guard read > 0 else { break }
            filled += read
        }
        return Array(bytes.prefix(filled))
    }
}

/// Opens listening sockets on 127.0.0.1.
enum LoopbackListener {
    /// A socket on a free port, and where it is.
    static func open() -> (descriptor: Int32, authority: String) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(bind(descriptor, generic, size) == 0 && listen(descriptor, 64) == 0)
                precondition(getsockname(descriptor, generic, &size) == 0)
            }
        }
        return (descriptor, "127.0.0.1:\(UInt16(bigEndian: address.sin_port))")
    }
}
