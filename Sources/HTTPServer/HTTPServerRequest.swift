/// One request as it came in, wholly read.
package struct HTTPServerRequest: Sendable {
    package let method: String
    /// Path and query exactly as sent.
    package let target: String
    /// The path exactly as sent: not percent-decoded.
    package let path: String
    /// What follows the first `?`, exactly as sent; nil without one.
    package let query: String?
    /// Header fields in the order sent, names as sent.
    package let fields: [(name: String, value: String)]
    package let body: [UInt8]
    /// The loopback port the client connected to: tells the listeners of one server apart.
    package let localPort: UInt16
    /// The client's address, without its port.
    package let remoteAddress: String

    package init(
        method: String, target: String, fields: [(name: String, value: String)] = [],
        body: [UInt8] = [], localPort: UInt16 = 0, remoteAddress: String = "127.0.0.1"
    ) {
        self.method = method
        self.target = target
        if let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = String(target[..<mark])
            query = String(target[target.utf8.index(after: mark)...])
        } else {
            path = target
            query = nil
        }
        self.fields = fields
        self.body = body
        self.localPort = localPort
        self.remoteAddress = remoteAddress
    }

    /// The value of the first field with this name, in any case; nil when there is none.
    package func field(_ name: String) -> String? {
        for field in fields where Self.sameName(field.name, name) { return field.value }
        return nil
    }

    /// Field names are ASCII and compared without case (RFC 9110, section 5.1).
    private static func sameName(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        for (left, right) in zip(one.utf8, other.utf8)
        where left != right && lowered(left) != lowered(right) {
            return false
        }
        return true
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }
}
