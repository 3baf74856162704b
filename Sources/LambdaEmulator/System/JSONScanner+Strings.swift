extension JSONScanner {
    /// Goes into an object: its first name is next.
    mutating func beginObject() throws(Fault) {
        guard take(UInt8(ascii: "{")) else { throw fault() }
    }

    /// Goes into an array: its first element is next.
    mutating func beginArray() throws(Fault) {
        guard take(UInt8(ascii: "[")) else { throw fault() }
    }

    /// The name of an object's next member, whose value is next then; nil at the object's end.
    mutating func nextName(isFirst: inout Bool) throws(Fault) -> String? {
        guard try hasNext(&isFirst, close: UInt8(ascii: "}")) else { return nil }
        skipSpace()
        let name = try readString()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw fault() }
        return String(decoding: name, as: UTF8.self)
    }

    /// Whether an array has a further element, which is next then.
    mutating func nextElement(isFirst: inout Bool) throws(Fault) -> Bool {
        try hasNext(&isFirst, close: UInt8(ascii: "]"))
    }

    private mutating func hasNext(_ isFirst: inout Bool, close: UInt8) throws(Fault) -> Bool {
        skipSpace()
        if take(close) { return false }
        if !isFirst, !take(UInt8(ascii: ",")) { throw fault() }
        isFirst = false
        return true
    }

    /// Goes past a string.
    mutating func skipString() throws(Fault) { try read { _ in } }

    /// Reads a string: its text's bytes, UTF-8.
    mutating func readString() throws(Fault) -> [UInt8] {
        var text: [UInt8] = []
        try read { text.append(contentsOf: $0) }
        return text
    }

    /// Hands over a string's text in pieces: what stands between escapes as it is, and each escape.
    private mutating func read(_ append: (ArraySlice<UInt8>) -> Void) throws(Fault) {
        guard take(UInt8(ascii: "\"")) else { throw fault() }
        var start = index
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                append(slice(from: start))
                advance(by: 1)
                return
            case UInt8(ascii: "\\"):
                append(slice(from: start))
                append(try readEscape()[...])
                start = index
            case 0x00..<0x20: throw fault()
            case 0x80...: try skipCharacter(byte)
            default: advance(by: 1)
            }
        }
        throw fault()
    }

    private mutating func readEscape() throws(Fault) -> [UInt8] {
        advance(by: 1)
        guard let byte = next else { throw fault() }
        advance(by: 1)
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try readScalar()
        default: throw Fault(offset: index - 1)
        }
    }

    /// The digits after `\u`, and a second escape if the two are a surrogate pair; half a pair
    /// becomes U+FFFD.
    private mutating func readScalar() throws(Fault) -> [UInt8] {
        var code = try readCodeUnit()
        if 0xD800...0xDBFF ~= code {
            var ahead = self
            if ahead.take(UInt8(ascii: "\\")), ahead.take(UInt8(ascii: "u")) {
                let low = try ahead.readCodeUnit()
                if 0xDC00...0xDFFF ~= low {
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                    self = ahead
                }
            }
        }
        let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func readCodeUnit() throws(Fault) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault()
            }
            code = code << 4 | UInt32(digit)
            advance(by: 1)
        }
        return code
    }

    /// Goes past a character of two to four bytes (RFC 3629, section 4).
    private mutating func skipCharacter(_ lead: UInt8) throws(Fault) {
        let (count, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: throw fault()
        }
        advance(by: 1)
        guard let byte = next, second ~= byte else { throw fault() }
        for _ in 2..<count {
            advance(by: 1)
            guard let byte = next, 0x80...0xBF ~= byte else { throw fault() }
        }
        advance(by: 1)
    }
}
