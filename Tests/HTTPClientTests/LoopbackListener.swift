import Glibc

/// A bare TCP listener on 127.0.0.1; what the kernel accepted is counted without a thread.
final class LoopbackListener: Sendable {
    let descriptor: Int32
    let port: UInt16

    init() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(bind(descriptor, generic, size) == 0)
                precondition(listen(descriptor, 64) == 0)
                precondition(getsockname(descriptor, generic, &size) == 0)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Connections that reached the kernel's queue, where they are before `connect` returns.
    func acceptedCount() -> Int {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var count = 0
        while case let peer = accept(descriptor, nil, nil), peer >= 0 {
            close(peer)
            count += 1
        }
        return count
    }

    deinit { close(descriptor) }
}
