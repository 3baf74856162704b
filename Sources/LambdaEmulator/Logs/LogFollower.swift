import Locking

internal import HTTPServer

/// Where lines go that somebody follows.
protocol LogStream: Sendable {
    /// - Parameter whenDrained: Called once, when the reader has caught up, if this returns true.
    /// - Returns: True when the reader is behind.
    func write(_ lines: [UInt8], whenDrained: @escaping @Sendable () -> Void) -> Bool
    func finish()
    /// True when nobody reads any more.
    var isClosed: Bool { get }
}

extension HTTPBodyStream: LogStream {
    func write(_ lines: [UInt8], whenDrained: @escaping @Sendable () -> Void) -> Bool {
        write(lines[...], whenDrained: whenDrained)
    }
}

/// Somebody who follows the log; lines that he is too slow for are left out, and he is told.
final class LogFollower: Sendable {
    private struct State {
        var isBehind = false
        var leftOutCount = 0
    }

    private let stream: any LogStream
    private let function: [UInt8]?
    private let state = Locked(State())

    init(_ stream: any LogStream, function: String?) {
        self.stream = stream
        self.function = function.map { Array($0.utf8) }
    }

    var isGone: Bool { stream.isClosed }

    func finish() { stream.finish() }

    func writeFirst(_ lines: [UInt8]) { send(lines) }

    func write(_ lines: [UInt8]) {
        let wanted = lines.lines.filter { line in
            function.map { LogLine(line.dropLast()).concerns($0) } ?? true
        }
        guard !wanted.isEmpty else { return }
        let (isBehind, leftOutCount) = state.withLock { state -> (Bool, Int) in
            if state.isBehind { state.leftOutCount += wanted.count }
            defer { if !state.isBehind { state.leftOutCount = 0 } }
            return (state.isBehind, state.leftOutCount)
        }
        guard !isBehind else { return }
        let note = leftOutCount > 0 ? Array("[\(leftOutCount) lines left out]\n".utf8) : []
        send(note + Array(wanted.joined()))
    }

    private func send(_ lines: [UInt8]) {
        guard !lines.isEmpty else { return }
        // Set before, because it may be drained before the call is over.
        state.withLock { $0.isBehind = true }
        let waits = stream.write(lines) { [self] in state.withLock { $0.isBehind = false } }
        if !waits { state.withLock { $0.isBehind = false } }
    }
}
