import Locking

/// What one invocation printed, with the platform's lines around it: bounded.
final class InvocationLog: Sendable {
    private struct Lines {
        var first: [UInt8] = []
        var last: [UInt8] = []
        var leftOutBytes = 0
    }

    /// So much is kept of the beginning, and twice as much of the end.
    private static let firstBytesMax = 64 * 1024

    private let lines = Locked(Lines())

    func append(_ added: [some Collection<UInt8>]) {
        lines.withLock { lines in
            for line in added {
                if lines.last.isEmpty, lines.first.count + line.count < Self.firstBytesMax {
                    lines.first.append(contentsOf: line)
                    lines.first.append(0x0A)
                } else {
                    lines.last.append(contentsOf: line)
                    lines.last.append(0x0A)
                    Self.cut(&lines)
                }
            }
        }
    }

    /// Twice the room is used before anything is moved, so that a line costs no more than itself.
    private static func cut(_ lines: inout Lines) {
        let over = lines.last.count - 2 * firstBytesMax
        guard over > firstBytesMax else { return }
        lines.last.removeFirst(over)
        lines.leftOutBytes += over
    }

    /// Everything, or the beginning and the end with a note of how much is left out between them.
    var bytes: [UInt8] {
        lines.withLock { lines in
            guard lines.leftOutBytes > 0 else {
                return lines.last.isEmpty ? lines.first : lines.first + lines.last
            }
            return lines.first + Array("[\(lines.leftOutBytes) bytes left out]\n".utf8)
                + lines.last
        }
    }
}
