internal import TableStore

/// Records that were read and are not done with, in runs that are delivered one after the other.
struct StreamBacklog {
    /// Records that one invocation gets.
    struct Run: Equatable {
        var records: [ChangeRecord]
        /// How far the stream is done with once this run is: records behind the last one may have
        /// passed no filter.
        let endSequence: Int64
        /// How far the virtual clock was ahead of the writers' when the first of it was seen.
        var aheadMs: Int64 = 0
        /// How often the function has failed with it.
        var failures = 0
    }

    /// What a failure leads to.
    enum Failure: Equatable {
        /// The first run comes again after a wait; what lies before it is done with, up to a
        /// sequence if there is anything.
        case again(doneSequence: Int64?)
        /// It was split in two: they come at once.
        case split
        /// It is given up: nothing of it is left here.
        case givenUp(Run)
    }

    private(set) var runs: [Run] = []
    /// The record that was seen last as the first of a batch, and how far the clock was ahead then.
    private var firstSeen: (sequence: Int64, aheadMs: Int64)?

    var first: Run? { runs.first }

    /// Adds records.
    mutating func append(_ records: [ChangeRecord], endSequence: Int64, aheadMs: Int64 = 0) {
        runs.append(Run(records: records, endSequence: endSequence, aheadMs: aheadMs))
    }

    mutating func removeAll() { self = StreamBacklog() }

    /// How far the virtual clock was ahead when a record was first seen as the first of a batch: it
    /// does not become older because the clock is put ahead while it is looked at again.
    mutating func aheadMs(ofFirst sequence: Int64, now aheadMs: Int64) -> Int64 {
        if let firstSeen, firstSeen.sequence == sequence { return firstSeen.aheadMs }
        firstSeen = (sequence, aheadMs)
        return aheadMs
    }

    /// The first run is done with; returns up to where the stream is.
    mutating func succeed() -> Int64? {
        runs.isEmpty ? nil : runs.removeFirst().endSequence
    }

    /// Splits the first run in two; false when it has one record only.
    mutating func split() -> Bool {
        guard let run = runs.first, run.records.count > 1 else { return false }
        let half = run.records.count / 2
        let (left, right) = (run.records[..<half], run.records[half...])
        runs.replaceSubrange(
            0..<1,
            with: [
                Run(
                    records: Array(left), endSequence: left.last?.sequence ?? run.endSequence,
                    aheadMs: run.aheadMs, failures: run.failures),
                Run(
                    records: Array(right), endSequence: run.endSequence, aheadMs: run.aheadMs,
                    failures: run.failures),
            ])
        return true
    }

    /// The function has failed with the first run, or with its records from one on.
    ///
    /// - Parameters:
    ///   - sequence: The first record that it has failed with; nil for all of them.
    ///   - definition: What is done about it. Splitting a run costs none of its attempts.
    mutating func fail(from sequence: Int64?, _ definition: StreamDefinition) -> Failure? {
        guard var run = runs.first else { return nil }
        let done = sequence.map { first in run.records.prefix { $0.sequence < first } } ?? []
        if sequence == nil, definition.bisects, split() { return .split }
        run.records.removeFirst(done.count)
        run.failures += 1
        runs[0] = run
        if let countMax = definition.retryAttemptsMax, run.failures > countMax {
            runs.removeFirst()
            return .givenUp(run)
        }
        return .again(doneSequence: done.last?.sequence)
    }

    /// Takes records from the beginning of the first run that are too old; nil when none are.
    ///
    /// - Parameter beforeMs: Unix milliseconds of the virtual clock.
    mutating func takeExpired(writtenBy beforeMs: Int64) -> Run? {
        guard let run = runs.first else { return nil }
        let expired = Array(run.records.prefix { $0.atMs + run.aheadMs <= beforeMs })
        guard let last = expired.last else { return nil }
        let rest = Array(run.records.dropFirst(expired.count))
        if rest.isEmpty {
            runs.removeFirst()
        } else {
            runs[0].records = rest
        }
        return Run(
            records: expired, endSequence: rest.isEmpty ? run.endSequence : last.sequence,
            aheadMs: run.aheadMs, failures: run.failures)
    }
}
