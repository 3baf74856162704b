/// One header field line (RFC 9110, section 5).
package struct HTTPField: Sendable, Hashable {
    /// As given or as received; compare without regard to case.
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
