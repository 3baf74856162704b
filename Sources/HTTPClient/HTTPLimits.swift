/// Bounds on one exchange.
package struct HTTPLimits: Sendable {
    /// Over everything, from name resolution to the last byte of the body, in milliseconds; nil for
    /// none.
    package var deadlineMs: Int?
    /// Resolution, connect and TLS, in milliseconds.
    package var connectMs: Int
    package var responseBytesMax: Int
    /// A longer body is cut and marked instead of failing with ``HTTPClientError/Code/tooLarge``.
    package var truncateInsteadOfFail: Bool

    /// All header lines of an answer together.
    static let headBytesMax = 65_536
    /// The same bound that common servers set on a request line.
    static let urlBytesMax = 2048

    package init(
        deadlineMs: Int? = nil, connectMs: Int = 5000, responseBytesMax: Int = 65_536,
        truncateInsteadOfFail: Bool = false
    ) {
        self.deadlineMs = deadlineMs
        self.connectMs = connectMs
        self.responseBytesMax = responseBytesMax
        self.truncateInsteadOfFail = truncateInsteadOfFail
    }
}
