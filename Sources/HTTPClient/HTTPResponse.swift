/// The answer to a request: final status, header fields in order, body.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let fields: [HTTPField]
    package let body: [UInt8]
    /// The body was longer than the limit; `body` is its beginning.
    package let truncated: Bool

    package init(status: Int, fields: [HTTPField], body: [UInt8], truncated: Bool = false) {
        self.status = status
        self.fields = fields
        self.body = body
        self.truncated = truncated
    }

    /// The value of the first field of that name, compared without regard to case.
    package func field(_ name: String) -> String? {
        fields.first { equalIgnoringCase($0.name.utf8, name.utf8) }?.value
    }
}

/// ASCII case-insensitive equality of two names.
func equalIgnoringCase(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    left.count == right.count
        && zip(left, right).allSatisfy { lowercased($0) == lowercased($1) }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
}
