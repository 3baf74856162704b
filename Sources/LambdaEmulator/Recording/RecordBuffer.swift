internal import StrictJSON

/// The last invocations in memory, as the lines they are written as, and which of them wait to be
/// written; lives under a lock.
///
/// A line is put together where the invocation ends: what it was made of is freed there, still in
/// the processor's cache, and only bytes change threads. Lines are kept in chunks. What has been
/// written, or needs no writing, makes room for later ones within the limits. What still waits is
/// kept beyond them, up to `waitingBytesMax`; above that the oldest chunk is dropped and its
/// invocations are counted, so that none ever waits for the disk.
struct RecordBuffer {
    struct Limits {
        var countMax = 500
        var bytesMax = 4 * 1024 * 1024
        var waitingBytesMax = 16 * 1024 * 1024
    }

    struct Chunk {
        let lines: [UInt8]
        let count: Int
    }

    static let chunkBytes = 64 * 1024

    private let limits: Limits
    /// False when nothing is written: then nothing waits.
    private let isWritten: Bool
    private var current = JSONWriter(reserving: chunkBytes)
    private var currentCount = 0
    private var chunks: [Chunk] = []
    /// How many chunks at the end wait.
    private var waitingCount = 0
    private var bytes = 0
    private var count = 0
    private var droppedCount = 0
    /// The size of what waits to be written.
    private(set) var waitingBytes = 0

    init(limits: Limits, isWritten: Bool) {
        self.limits = limits
        self.isWritten = isWritten
    }

    mutating func append(_ invocation: RecordedInvocation) {
        let before = current.bytes.count
        RecordFormat.append(invocation, to: &current)
        current.endLine()
        currentCount += 1
        if isWritten { waitingBytes += current.bytes.count - before }
        if current.bytes.count >= Self.chunkBytes { endChunk() }
    }

    /// What waits to be written, oldest first, and how many invocations were dropped before it.
    mutating func takeWaiting() -> (chunks: [Chunk], droppedCount: Int) {
        endChunk()
        let waiting = Array(chunks.suffix(waitingCount))
        let dropped = droppedCount
        (waitingCount, waitingBytes, droppedCount) = (0, 0, 0)
        makeRoom()
        return (waiting, dropped)
    }

    /// The kept lines, newest first.
    var newestFirst: [[UInt8]] { [current.bytes] + chunks.reversed().map(\.lines) }

    /// A copy, so that the next lines are written where the last ones were.
    private mutating func endChunk() {
        guard currentCount > 0 else { return }
        let chunk = Chunk(lines: Array(current.bytes[...]), count: currentCount)
        current.removeAll()
        currentCount = 0
        chunks.append(chunk)
        bytes += chunk.lines.count
        count += chunk.count
        if isWritten { waitingCount += 1 }
        makeRoom()
    }

    private mutating func makeRoom() {
        var removedCount = 0
        func first() -> Chunk { chunks[removedCount] }
        // Not one more than needed: the limit is how many there are at least, if so many came.
        while chunks.count - removedCount > waitingCount,
            count - first().count >= limits.countMax || bytes > limits.bytesMax
        {
            remove(first())
            removedCount += 1
        }
        while waitingBytes > limits.waitingBytesMax, waitingCount > 1 {
            remove(first())
            waitingCount -= 1
            waitingBytes -= first().lines.count
            droppedCount += first().count
            removedCount += 1
        }
        chunks.removeFirst(removedCount)
    }

    private mutating func remove(_ chunk: Chunk) {
        bytes -= chunk.lines.count
        count -= chunk.count
    }
}
