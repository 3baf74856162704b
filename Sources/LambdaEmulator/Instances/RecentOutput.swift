/// The last lines that an instance has printed, kept for the explanation of its end.
struct RecentOutput {
    private static let lineCountMax = 128
    private static let lineBytesMax = 512

    private var lines: [[UInt8]] = []

    mutating func append(_ added: [[UInt8]]) {
        for line in added.suffix(Self.lineCountMax) {
            lines.append(line.count > Self.lineBytesMax ? Array(line[..<Self.lineBytesMax]) : line)
        }
        // Twice the room is used before anything is moved.
        if lines.count > 2 * Self.lineCountMax {
            lines.removeFirst(lines.count - Self.lineCountMax)
        }
    }

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
