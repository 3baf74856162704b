import Glibc

/// A bare listener on 127.0.0.1 that never answers; the kernel accepts, and the test counts.
final class SilentListener: Sendable {
    private let descriptor: Int32
    let port: UInt16

    init() {
        let descriptor = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(bind(descriptor, generic, size) == 0)
                precondition(listen(descriptor, 64) == 0)
                precondition(getsockname(descriptor, generic, &size) == 0)
            }
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Connections that were opened since the count before; all of them are closed.
    func takeConnections() -> Int {
        var count = 0
        while case let peer = accept(descriptor, nil, nil), peer >= 0 {
            close(peer)
            count += 1
        }
        return count
    }

    /// Opens a connection as any client would, to show that it would be counted.
    func connectOnce() -> Bool {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                connect(client, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    deinit { close(descriptor) }
}
