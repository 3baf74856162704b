/// Checks a request before any of it reaches the network.
enum RequestVetting {
    /// The host and port that a vetted URL names, for the cap per host.
    struct Authority: Hashable {
        let host: String
        let port: UInt16
    }

    /// Checks everything but the URL: method, field names and values.
    ///
    /// - Throws: ``HTTPClientError/Code/protocolViolation`` for what would break the framing.
    static func vet(method: String, fields: [HTTPField]) throws(HTTPClientError) {
        guard isToken(method) else {
            throw HTTPClientError(.protocolViolation, "method is not a token")
        }
        for field in fields {
            guard isToken(field.name), !isFraming(field.name) else {
                throw HTTPClientError(.protocolViolation, "header name is not allowed")
            }
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw HTTPClientError(.protocolViolation, "header value has a control character")
            }
        }
    }

    /// Checks the URL and returns whom it names.
    ///
    /// - Throws: ``HTTPClientError/Code/invalidURL``.
    static func vet(url: String) throws(HTTPClientError) -> Authority {
        let bytes = url.utf8
        guard bytes.count <= HTTPLimits.urlBytesMax else {
            throw HTTPClientError(.invalidURL, "url is longer than the limit")
        }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }) else {
            throw HTTPClientError(.invalidURL, "url has a character that must be encoded")
        }
        let schemes: [(prefix: String, port: UInt16)] = [("http://", 80), ("https://", 443)]
        for scheme in schemes {
            guard equalIgnoringCase(bytes.prefix(scheme.prefix.utf8.count), scheme.prefix.utf8)
            else { continue }
            let rest = url.dropFirst(scheme.prefix.utf8.count)
            let text = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            return try authority(of: text, defaultPort: scheme.port)
        }
        throw HTTPClientError(.invalidURL, "url scheme is not http or https")
    }

    private static func authority(
        of text: Substring, defaultPort: UInt16
    ) throws(HTTPClientError) -> Authority {
        guard !text.utf8.contains(0x40), !text.utf8.contains(0x25) else {
            throw HTTPClientError(.invalidURL, "url has user information or an encoded host")
        }
        var host = text
        var port = defaultPort
        let hostEnd = text.lastIndex(of: "]").map(text.index(after:)) ?? text.startIndex
        if let colon = text[hostEnd...].firstIndex(of: ":") {
            host = text[..<colon]
            let digits = text[text.index(after: colon)...]
            guard let number = UInt16(digits), number > 0, !digits.hasPrefix("+") else {
                throw HTTPClientError(.invalidURL, "url port is not a number from 1 to 65535")
            }
            port = number
        }
        guard !host.isEmpty else { throw HTTPClientError(.invalidURL, "url has no host") }
        return Authority(host: host.lowercased(), port: port)
    }

    /// Fields that say where a message ends; the client alone writes them.
    private static func isFraming(_ name: String) -> Bool {
        equalIgnoringCase(name.utf8, "content-length".utf8)
            || equalIgnoringCase(name.utf8, "transfer-encoding".utf8)
            || equalIgnoringCase(name.utf8, "expect".utf8)
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
                default: false
                }
            }
    }
}
