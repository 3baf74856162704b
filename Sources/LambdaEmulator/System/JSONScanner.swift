/// Goes over JSON (RFC 8259) byte by byte without making values of what nobody asks for: checks it,
/// and knows where in it a value stands.
///
/// Takes what AWS's own readers take: a name twice in an object, any depth, a number of any length.
struct JSONScanner {
    /// The first byte that cannot stand where it stands; the length when something is missing.
    struct Fault: Error, Equatable {
        let offset: Int
    }

    /// What a value is, by its first byte.
    enum Kind {
        case object, array, string, number, bool, null
    }

    private let bytes: [UInt8]
    /// The next byte.
    private(set) var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Finds out whether the bytes are one JSON value and white space.
    static func check(_ bytes: [UInt8]) throws(Fault) {
        var scanner = JSONScanner(bytes)
        try scanner.skipValue()
        try scanner.end()
    }

    /// Nothing but white space may follow.
    mutating func end() throws(Fault) {
        skipSpace()
        guard index == bytes.count else { throw fault() }
    }

    /// What the next value is; `index` is at its first byte then.
    mutating func kind() throws(Fault) -> Kind {
        skipSpace()
        guard let byte = next else { throw fault() }
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), 0x30...0x39: return .number
        default: throw fault()
        }
    }

    /// Goes past a value, without recursion.
    mutating func skipValue() throws(Fault) {
        var open: [UInt8] = []
        while true {
            if try goesInto(&open) { continue }
            while let close = open.last {
                skipSpace()
                if take(UInt8(ascii: ",")) {
                    if close == UInt8(ascii: "}") { try skipName() }
                    break
                }
                guard take(close) else { throw fault() }
                open.removeLast()
            }
            if open.isEmpty { return }
        }
    }

    /// Goes into a value that holds others, to the first of them, and past any other value.
    private mutating func goesInto(_ open: inout [UInt8]) throws(Fault) -> Bool {
        switch try kind() {
        case .object:
            index += 1
            skipSpace()
            guard !take(UInt8(ascii: "}")) else { return false }
            open.append(UInt8(ascii: "}"))
            try skipName()
            return true
        case .array:
            index += 1
            skipSpace()
            guard !take(UInt8(ascii: "]")) else { return false }
            open.append(UInt8(ascii: "]"))
            return true
        case .string: try skipString()
        case .number: try skipNumber()
        case .bool: try skipWord(next == UInt8(ascii: "t") ? "true" : "false")
        case .null: try skipWord("null")
        }
        return false
    }

    private mutating func skipName() throws(Fault) {
        skipSpace()
        try skipString()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw fault() }
    }

    private mutating func skipWord(_ word: StaticString) throws(Fault) {
        for position in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[position]) else { throw fault() }
        }
    }

    private mutating func skipNumber() throws(Fault) {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try skipDigits() }
        if take(UInt8(ascii: ".")) { try skipDigits() }
        guard take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) else { return }
        if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
        try skipDigits()
    }

    private mutating func skipDigits() throws(Fault) {
        guard let first = next, 0x30...0x39 ~= first else { throw fault() }
        while let byte = next, 0x30...0x39 ~= byte { index += 1 }
    }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            index += 1
        }
    }

    /// Goes past the byte if it is the next one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    func fault() -> Fault { Fault(offset: index) }

    /// The bytes of a value that was gone past.
    func slice(from start: Int) -> ArraySlice<UInt8> { bytes[start..<index] }

    mutating func advance(by count: Int) { index += count }
}
