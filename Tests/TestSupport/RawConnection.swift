import Glibc

/// A bare TCP client: what is sent and what comes back, byte by byte.
package final class RawConnection {
    private let descriptor: Int32
    /// Read, but not yet asked for by ``read(until:)``.
    private var left: [UInt8] = []

    package init?(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let code = withUnsafeMutablePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Ends the connection in both directions.
    package func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    package func send(_ text: String) { send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Nothing more will be sent.
    package func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Everything until there is enough, or until the server closes the connection.
    package func read(until isEnough: (String) -> Bool) -> String {
        var bytes: [UInt8] = []
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            guard !isEnough(text), let piece = readPiece() else { return text }
            bytes += piece
        }
    }

    /// Everything until the server closes the connection.
    package func readToEnd() -> String {
        var bytes: [UInt8] = []
        while let piece = readPiece() { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One response: its header, and as much body as its Content-Length says.
    package func readResponse(withoutBody: Bool = false) -> String {
        var bytes: [UInt8] = []
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let length =
                    text.range(of: "Content-Length: ").flatMap {
                        Int(text[$0.upperBound...].prefix { $0.isNumber })
                    } ?? 0
                let total = text[..<end.upperBound].utf8.count + (withoutBody ? 0 : length)
                if bytes.count >= total { return text }
            }
            guard let piece = readPiece() else { return text }
            bytes += piece
        }
    }

    /// Everything until a text, or until the end.
    package func read(until mark: String) -> String {
        while true {
            let text = String(decoding: left, as: UTF8.self)
            if let found = text.range(of: mark) {
                left = Array(text[found.upperBound...].utf8)
                return String(text[..<found.upperBound])
            }
            guard let piece = readPiece() else { return text }
            left += piece
        }
    }

    /// How many bytes a chunked body has, read to its end.
    package func readToEndOfChunks() -> Int {
        _ = read(until: "\r\n\r\n")
        var count = 0
        while true {
            // A line break is one character.
            let line = read(until: "\r\n")
            guard let length = Int(line.dropLast(), radix: 16), length > 0 else { return count }
            while left.count < length + 2, let piece = readPiece() { left += piece }
            left.removeFirst(min(left.count, length + 2))
            count += length
        }
    }

    private func readPiece() -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &piece, piece.count, 0)
        return count > 0 ? Array(piece[..<count]) : nil
    }
}

extension String {
    /// The first place of a text; the standard library alone has no search of its own.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        firstRange(of: text)
    }
}
