package import TableStore

/// Tells a race for the end of a trail, which is tried again, from a trail that cannot be
/// extended, which would be tried for ever.
///
/// An append that lost a race finds another head when it reads again. If the head is the same,
/// nobody has won: an entry stands where the next one belongs, or the head is not what it says.
package struct AppendAttempts: Sendable {
    private var tried: AuditHead?

    /// Begins with no attempt.
    package init() {}

    /// Notes an attempt to append after a head as it was read.
    ///
    /// - Throws: `corrupt` if the attempt before was after the same head.
    package mutating func begin(after head: AuditHead) throws(TableStoreError) {
        guard head != tried else { throw .corrupt }
        tried = head
    }
}
