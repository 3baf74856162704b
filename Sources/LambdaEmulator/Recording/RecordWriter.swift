/// Writes invocations into the folder's segments; belongs to one thread at a time.
final class RecordWriter {
    private static let noteIntervalNs: Int64 = 10_000_000_000

    private let path: String
    private let folder: RecordFolder
    private let clock: EmulatorClock
    private let log: EmulatorLog
    /// Left out since the last line that told of it, and since the last note.
    private var untoldCount = 0
    private var unnotedCount = 0
    private var notedNs: Int64?

    init(_ path: String, bytesMax: Int, clock: EmulatorClock, log: EmulatorLog) {
        self.path = path
        self.clock = clock
        self.log = log
        folder = RecordFolder(path, bytesMax: bytesMax)
    }

    /// - Parameter droppedCount: How many invocations were left out before the first of them.
    func write(_ chunks: [RecordBuffer.Chunk], droppedCount: Int) {
        leaveOut(droppedCount, because: "the disk is too slow")
        for chunk in chunks {
            do throws(SystemCallError) {
                if untoldCount > 0 {
                    try folder.append(
                        RecordFormat.droppedLine(untoldCount, atMs: clock.unixMs()))
                    untoldCount = 0
                }
                try folder.append(chunk.lines)
            } catch {
                leaveOut(chunk.count, because: "\(path): \(error.call): \(error.reason)")
            }
        }
    }

    /// Tells of it now and then: a full disk stays full for long.
    private func leaveOut(_ count: Int, because reason: String) {
        guard count > 0 else { return }
        untoldCount += count
        unnotedCount += count
        let now = clock.steadyNs()
        if let notedNs, now - notedNs < Self.noteIntervalNs { return }
        log.note("recording: \(unnotedCount) invocations are left out: \(reason)")
        unnotedCount = 0
        notedNs = now
    }
}
