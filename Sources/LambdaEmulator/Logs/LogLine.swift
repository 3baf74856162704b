/// The parts of a line of the emulator's log: `17:09:10.123 NAME text`.
struct LogLine {
    /// The time and the blank after it.
    static let timeBytes = 13

    /// The function's, or `emulator`.
    let name: ArraySlice<UInt8>
    let text: ArraySlice<UInt8>

    /// - Parameter line: Without its line break.
    init(_ line: ArraySlice<UInt8>) {
        let rest = line.dropFirst(Self.timeBytes)
        name = rest.prefix { $0 != 0x20 }
        text = rest[name.endIndex...].dropFirst()
    }

    /// True when it is a function's own, or one of the emulator that begins with its name.
    func concerns(_ function: [UInt8]) -> Bool {
        if name.elementsEqual(function) { return true }
        guard name.elementsEqual("emulator".utf8), text.starts(with: function) else {
            return false
        }
        let next = text.dropFirst(function.count).first
        return next == UInt8(ascii: ":") || next == 0x20
    }
}

extension Collection<UInt8> where SubSequence == ArraySlice<UInt8> {
    /// The lines, each with its line break.
    var lines: [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = self[...]
        while let end = rest.firstIndex(of: 0x0A) {
            lines.append(rest[...end])
            rest = rest[(end + 1)...]
        }
        if !rest.isEmpty { lines.append(rest) }
        return lines
    }
}
