/// The last lines that a process has printed, kept for the explanation of its end.
struct RecentOutput {
    private let lineCountMax: Int
    private let lineBytesMax: Int
    private var lines: [[UInt8]] = []

    init(lineCountMax: Int = 128, lineBytesMax: Int = 512) {
        self.lineCountMax = lineCountMax
        self.lineBytesMax = lineBytesMax
    }

    mutating func append(_ added: [[UInt8]]) {
        for line in added.suffix(lineCountMax) {
            lines.append(line.count > lineBytesMax ? Array(line[..<lineBytesMax]) : line)
        }
        // Twice the room is used before anything is moved.
        if lines.count > 2 * lineCountMax {
            lines.removeFirst(lines.count - lineCountMax)
        }
    }

    /// The last lines as they are.
    func lastLines(_ count: Int) -> [[UInt8]] { lines.suffix(count) }

    /// The last lines as text, oldest first, without empty ones.
    func last(_ count: Int) -> [String] {
        lines.filter { !$0.isEmpty }.suffix(count).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What crashed and where, as the Swift runtime's backtracer has printed it last; empty when
    /// it has not.
    ///
    /// It prints `Thread 0 "name" crashed:`, an empty line, a line for each frame, an empty line.
    var swiftBacktrace: [String] {
        let texts = lines.map { String(decoding: $0, as: UTF8.self) }
        guard
            let crashed = texts.lastIndex(where: {
                $0.hasPrefix("Thread ") && $0.hasSuffix(" crashed:")
            })
        else { return [] }
        let frames = texts[(crashed + 1)...].drop { $0.isEmpty }.prefix { !$0.isEmpty }
        let reason = texts[..<crashed].last { $0.contains("Fatal error") }
        let program = texts[..<crashed].last { $0.contains("Program crashed: ") }
        return [reason, program].compactMap { $0 } + [texts[crashed]] + frames
    }
}
