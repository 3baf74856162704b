/// Arguments that cannot be understood, in one line.
struct ArgumentError: Error, Equatable { let line: String }

/// Hands out the words of a command line; before a `--`, `--name=value` is two of them.
struct ArgumentReader {
    private var words: ArraySlice<String>

    init(_ arguments: [String]) {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        let options = arguments[..<end].flatMap { word -> [String] in
            guard word.hasPrefix("--"), let sign = word.firstIndex(of: "=") else {
                return [word]
            }
            return [String(word[..<sign]), String(word[word.index(after: sign)...])]
        }
        words = options[...] + arguments[end...]
    }

    /// True when help is asked for before a `--`, behind which words are somebody else's.
    var asksForHelp: Bool {
        words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
    }

    mutating func next() -> String? { words.popFirst() }

    /// The next word, unless it is an option.
    mutating func nextOperand() -> String? {
        guard let word = words.first, !word.hasPrefix("--") else { return nil }
        return words.popFirst()
    }

    /// Everything that is left.
    mutating func rest() -> [String] {
        defer { words = [] }
        return Array(words)
    }

    mutating func value(of option: String) throws(ArgumentError) -> String {
        guard let value = words.popFirst(), !value.isEmpty else {
            throw ArgumentError(line: "\(option): a value was expected")
        }
        return value
    }

    mutating func setting() throws(ArgumentError) -> EventSetting {
        guard let setting = EventSetting(try value(of: "--set")) else {
            throw ArgumentError(
                line: "--set: a JSON pointer and a text, as /headers/authorization=TEXT, expected")
        }
        return setting
    }

    mutating func port(of option: String) throws(ArgumentError) -> Int {
        try number(of: option, in: 0...65_535)
    }

    mutating func number(
        of option: String, in range: ClosedRange<Int>
    ) throws(ArgumentError) -> Int {
        guard let number = Int(try value(of: option)), range.contains(number) else {
            throw ArgumentError(
                line: "\(option): a number from \(range.lowerBound) to \(range.upperBound) "
                    + "was expected")
        }
        return number
    }

    /// 0, or at least 1 MB: digits, and K, M or G for powers of 1,024.
    mutating func recordBytes() throws(ArgumentError) -> Int {
        let text = try value(of: "--record-bytes-max")
        let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard let count = Int(digits), count >= 0, count < 1 << 32,
            count == 0 || count * (unit ?? 1) >= 1 << 20
        else {
            throw ArgumentError(line: "--record-bytes-max: 0, or 1M or more, was expected")
        }
        return count * (unit ?? 1)
    }

    /// `Name=Value`; the value may be empty and may hold further signs.
    mutating func parameter(into parameters: inout [String: String]) throws(ArgumentError) {
        let text = try value(of: "--parameter")
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
            throw ArgumentError(line: "--parameter: Name=Value was expected")
        }
        let name = String(text[..<sign])
        guard parameters[name] == nil else {
            throw ArgumentError(line: "--parameter: \(name) is given twice")
        }
        parameters[name] = String(text[text.index(after: sign)...])
    }
}
