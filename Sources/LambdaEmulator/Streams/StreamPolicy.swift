/// When a stream is looked at again.
struct StreamPolicy: Sendable {
    /// Not more often than this after changes of the file.
    var lookMs = 2
    /// The longest wait between two looks after a change that showed nothing yet.
    var relookMsMax = 1_000
    /// The wait after the first failure of a batch; doubled with each further one.
    var retryMs = 1_000
    var retryMsMax = 60_000
    /// Records older than this are removed once the function has taken them.
    var retentionMs: Int64 = 86_400_000
    var trimIntervalMs: Int64 = 3_600_000

    /// How long to wait after a batch has failed so many times in a row.
    func retryDelayMs(afterFailures count: Int) -> Int {
        let doublings = min(max(0, count - 1), 20)
        return min(retryMsMax, retryMs << doublings)
    }

    /// A writer changes the file before its commit can be seen, so a look that came too early is
    /// repeated: after 2, 4, 8 … ms, and no more once a second has gone by.
    ///
    /// - Returns: nil to wait for the next change of the file.
    func relookDelayMs(afterEmptyLooks count: Int) -> Int? {
        let delay = lookMs << min(max(0, count - 1), 20)
        return delay > relookMsMax ? nil : delay
    }
}
