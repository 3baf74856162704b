import HTTPClient

/// An address that webhooks may be posted to: `https`, or plain `http` to a loopback literal for
/// local development; no user, no fragment, at most 2,048 bytes of visible ASCII.
///
/// Which network an address leads to is not decided here but when the connection is made: a name
/// can change its meaning between now and then.
package struct WebhookURL: Sendable, Hashable {
    /// The whole address.
    package let text: String
    /// Scheme, host and port, in lower case: what one connection serves.
    package let origin: String
    /// Whether it is plain http.
    package let isPlain: Bool

    /// Reads an address; nil if it may not be used.
    package init?(text: String) {
        guard text.utf8.count <= 2_048, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            !text.contains("#"), !text.contains("\\"),
            let colon = text.range(of: "://")
        else { return nil }
        let scheme = text[..<colon.lowerBound].lowercased()
        let rest = text[colon.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }.lowercased()
        guard let host = Self.host(of: authority), !host.isEmpty else { return nil }
        switch scheme {
        case "https": isPlain = false
        case "http" where Self.isLoopback(host): isPlain = true
        default: return nil
        }
        self.text = text
        origin = "\(scheme)://\(authority)"
    }

    private static func host(of authority: String) -> String? {
        guard !authority.contains("@") else { return nil }
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            let port = authority[authority.index(after: close)...]
            guard port.isEmpty || (port.first == ":" && isPort(port.dropFirst())) else {
                return nil
            }
            let literal = authority[..<close].dropFirst()
            guard literal.contains(":"), IPAddress(text: String(literal)) != nil else { return nil }
            return String(authority[...close])
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 1 || (parts.count == 2 && isPort(parts[1])) else { return nil }
        guard parts[0].utf8.allSatisfy(isHostByte) else { return nil }
        return String(parts[0])
    }

    /// Letters in lower case, digits, hyphen, dot and underscore: no percent-encoding, no sign.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2d
            || byte == 0x2e || byte == 0x5f
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.utf8.count <= 5 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && UInt16(text).map { $0 > 0 } == true
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127"
            && octets.allSatisfy {
                // A conversion alone would take a sign.
                $0.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8($0) != nil
                    && ($0 == "0" || !$0.hasPrefix("0"))
            }
    }
}

extension String {
    /// Where `needle` first stands; the standard library alone has no such search for strings.
    fileprivate func range(of needle: String) -> Range<String.Index>? {
        let bytes = Array(needle.utf8)
        var start = utf8.startIndex
        while let end = utf8.index(start, offsetBy: bytes.count, limitedBy: utf8.endIndex) {
            if utf8[start..<end].elementsEqual(bytes) { return start..<end }
            start = utf8.index(after: start)
        }
        return nil
    }
}
