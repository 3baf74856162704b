import Locking

/// One caller's transaction on its way into a file.
///
/// Unchecked: it is handed from its caller to the leader and back through a lock and a gate, and
/// never used by both at once.
final class QueuedWrite: @unchecked Sendable {
    let writes: [PreparedWrite]
    let nowMs: Int64
    /// Set by the leader; the item of the last update, if there was one.
    var outcome: Result<Item?, TableStoreError>?
    /// Where the caller waits for its outcome, or to become the leader; nil if it leads at once.
    var gate: Gate?

    init(_ writes: [PreparedWrite], nowMs: Int64) {
        self.writes = writes
        self.nowMs = nowMs
    }
}
