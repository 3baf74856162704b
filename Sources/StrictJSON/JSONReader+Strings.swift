extension JSONReader {
    /// Reads a string; `index` is at its opening quote.
    mutating func readString() throws(JSONReadError) -> String {
        index += 1
        let start = index
        skipPlainASCII()
        if index < bytes.count, bytes[index] == Byte.quote {
            index += 1
            return asciiText(start..<index - 1)
        }
        return try readStringSlowly(from: start)
    }

    /// Moves past printable ASCII other than the quote and the backslash.
    @inline(__always)
    private mutating func skipPlainASCII() {
        index = PlainText.end(in: bytes, from: index, asciiOnly: true)
    }

    /// Reads the rest of a string that has escapes or characters beyond ASCII.
    private mutating func readStringSlowly(from start: Int) throws(JSONReadError) -> String {
        var unescaped: [UInt8] = []
        var chunkStart = start
        while index < bytes.count {
            switch bytes[index] {
            case Byte.quote:
                let chunk = chunkStart..<index
                index += 1
                if unescaped.isEmpty { return text(chunk) }
                unescaped.append(contentsOf: bytes[chunk])
                return String(decoding: unescaped, as: UTF8.self)
            case Byte.backslash:
                unescaped.append(contentsOf: bytes[chunkStart..<index])
                try readEscape(into: &unescaped)
                chunkStart = index
            case 0x80...0xFF:
                try skipMultibyteCharacter()
            case 0x00..<0x20:
                throw failure(.invalidSyntax)
            default:
                skipPlainASCII()
            }
        }
        throw failure(.invalidSyntax)
    }

    private mutating func readEscape(into unescaped: inout [UInt8]) throws(JSONReadError) {
        guard index + 1 < bytes.count else { throw failure(.invalidSyntax) }
        switch bytes[index + 1] {
        case Byte.quote: unescaped.append(Byte.quote)
        case Byte.backslash: unescaped.append(Byte.backslash)
        case Byte.slash: unescaped.append(Byte.slash)
        case Byte.lowerB: unescaped.append(0x08)
        case Byte.lowerF: unescaped.append(0x0C)
        case Byte.lowerN: unescaped.append(Byte.lineFeed)
        case Byte.lowerR: unescaped.append(Byte.carriageReturn)
        case Byte.lowerT: unescaped.append(Byte.tab)
        case Byte.lowerU:
            try readUnicodeEscape(into: &unescaped)
            return
        default: throw failure(.invalidSyntax)
        }
        index += 2
    }

    /// Reads `\uXXXX`, or two of them when they are a surrogate pair.
    private mutating func readUnicodeEscape(into unescaped: inout [UInt8]) throws(JSONReadError) {
        let start = index
        var code = try readCodeUnit()
        if (0xD800...0xDBFF).contains(code) {
            guard index + 1 < bytes.count, bytes[index] == Byte.backslash,
                bytes[index + 1] == Byte.lowerU
            else {
                throw failure(.invalidUTF8, at: start)
            }
            let low = try readCodeUnit()
            guard (0xDC00...0xDFFF).contains(low) else { throw failure(.invalidUTF8, at: start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        // A low surrogate that stands alone is not a scalar either.
        guard let scalar = Unicode.Scalar(code) else { throw failure(.invalidUTF8, at: start) }
        unescaped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// Reads the four digits of the `\u` at `index`.
    private mutating func readCodeUnit() throws(JSONReadError) -> UInt32 {
        guard index + 6 <= bytes.count else { throw failure(.invalidSyntax) }
        var code: UInt32 = 0
        for position in index + 2..<index + 6 {
            guard let digit = Byte.hexValue(bytes[position]) else {
                throw failure(.invalidSyntax, at: position)
            }
            code = code << 4 | digit
        }
        index += 6
        return code
    }

    /// Moves past one character of two to four bytes, checked by the table of RFC 3629 section 4.
    private mutating func skipMultibyteCharacter() throws(JSONReadError) {
        let lead = bytes[index]
        let second: ClosedRange<UInt8>
        let count: Int
        switch lead {
        case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: throw failure(.invalidUTF8)
        }
        guard index + count <= bytes.count, second.contains(bytes[index + 1]) else {
            throw failure(.invalidUTF8)
        }
        for position in index + 2..<index + count where bytes[position] & 0xC0 != 0x80 {
            throw failure(.invalidUTF8)
        }
        index += count
    }
}
