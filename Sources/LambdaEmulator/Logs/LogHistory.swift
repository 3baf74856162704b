import Locking

/// The last lines of the emulator's log, and those who follow it.
final class LogHistory: Sendable {
    private struct State {
        /// As they were written: whole lines.
        var chunks: [[UInt8]] = []
        var bytes = 0
        var followers: [LogFollower] = []
        var isClosed = false
    }

    private static let bytesMax = 1024 * 1024

    private let state = Locked(State())

    /// - Parameter lines: Whole lines, as they are written to standard error.
    func append(_ lines: [UInt8]) {
        let followers = state.withLock { state in
            state.chunks.append(lines)
            state.bytes += lines.count
            var dropped = 0
            while state.bytes > Self.bytesMax, dropped < state.chunks.count - 1 {
                state.bytes -= state.chunks[dropped].count
                dropped += 1
            }
            state.chunks.removeFirst(dropped)
            state.followers.removeAll { $0.isGone }
            return state.followers
        }
        for follower in followers { follower.write(lines) }
    }

    /// The last lines that are kept.
    ///
    /// - Parameter function: Nil: of all.
    func last(_ countMax: Int, of function: String? = nil) -> [UInt8] {
        Self.last(countMax, of: function, in: state.withLock { $0.chunks })
    }

    /// Sends the last lines and every later one, until the log ends or nobody reads any more.
    func follow(_ stream: any LogStream, of function: String?, from countMax: Int) {
        let follower = LogFollower(stream, function: function)
        state.withLock { state in
            // Under the lock, so that no line comes twice or not at all.
            follower.writeFirst(Self.last(countMax, of: function, in: state.chunks))
            if state.isClosed { follower.finish() } else { state.followers.append(follower) }
        }
    }

    /// The log ends: so do the answers of those who follow it.
    func close() {
        let followers = state.withLock { state in
            state.isClosed = true
            defer { state.followers = [] }
            return state.followers
        }
        for follower in followers { follower.finish() }
    }

    private static func last(
        _ countMax: Int, of function: String?, in chunks: [[UInt8]]
    ) -> [UInt8] {
        let name = function.map { Array($0.utf8) }
        var found: [ArraySlice<UInt8>] = []
        for chunk in chunks.reversed() {
            for line in chunk.lines.reversed() where found.count < countMax {
                if let name, !LogLine(line.dropLast()).concerns(name) { continue }
                found.append(line)
            }
            if found.count >= countMax { break }
        }
        return Array(found.reversed().joined())
    }
}
