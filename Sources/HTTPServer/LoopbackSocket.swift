import Glibc

/// Listening TCP sockets on 127.0.0.1; every system call's return code is checked here.
enum LoopbackSocket {
    static let address = "127.0.0.1"
    private static let backlog: Int32 = 1024

    /// A listening socket on the port (0: a free one), with the port it got.
    static func listen(
        port: UInt16, blocking: Bool
    ) throws(HTTPServerError) -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .listen(code: errno) }
        do {
            return (descriptor, try bind(descriptor, to: port, blocking: blocking))
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Closes a listening socket, and its copies: a process that is being started has one until it
    /// is its own program, and would keep the port open.
    static func endListening(_ descriptor: Int32) {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    private static func bind(
        _ descriptor: Int32, to port: UInt16, blocking: Bool
    ) throws(HTTPServerError) -> UInt16 {
        var enabled: Int32 = 1
        try check(
            setsockopt(
                descriptor, SOL_SOCKET, SO_REUSEADDR, &enabled,
                socklen_t(MemoryLayout<Int32>.size)))
        try check(configure(descriptor, blocking: blocking))
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try check(
            withSocketAddress(&place) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            })
        try check(Glibc.listen(descriptor, backlog))
        return localPort(of: descriptor)
    }

    /// Close-on-exec always; non-blocking when asked for. -1 and errno on failure.
    static func configure(_ descriptor: Int32, blocking: Bool) -> Int32 {
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { return -1 }
        guard !blocking else { return 0 }
        return fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    /// The port a socket is bound to; 0 when it is none of ours.
    static func localPort(of descriptor: Int32) -> UInt16 {
        var place = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withSocketAddress(&place) { getsockname(descriptor, $0, &length) }
        return code == 0 ? UInt16(bigEndian: place.sin_port) : 0
    }

    static func text(of address: in_addr) -> String {
        let number = UInt32(bigEndian: address.s_addr)
        guard number != 0x7F00_0001 else { return Self.address }
        return [24, 16, 8, 0].map { String((number >> UInt32($0)) & 0xFF) }.joined(separator: ".")
    }

    static func withSocketAddress<Result>(
        _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }

    private static func check(_ code: Int32) throws(HTTPServerError) {
        guard code == 0 else { throw .listen(code: errno) }
    }
}
