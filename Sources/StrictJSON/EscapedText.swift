/// The content of a JSON string with the escapes of RFC 8785 section 3.2.2.2: the shortest form,
/// and lower-case digits.
enum EscapedText {
    /// The room that ``write(_:to:)`` needs for so many characters: `\u0000` is the longest
    /// escape, and whole words are written.
    static func roomMax(_ count: Int) -> Int { 6 * count + 8 }

    /// Writes the escaped form of a text and returns its length.
    static func write(
        _ characters: UnsafeBufferPointer<UInt8>, to output: UnsafeMutablePointer<UInt8>
    ) -> Int {
        guard let input = characters.baseAddress else { return 0 }
        var read = 0
        var written = 0
        while characters.count - read >= 8 {
            let word = UnsafeRawPointer(input + read).loadUnaligned(as: UInt64.self)
            // The whole word: what stands in it behind a special character is written over.
            UnsafeMutableRawPointer(output + written).storeBytes(of: word, as: UInt64.self)
            let plain = PlainText.count(in: word, asciiOnly: false)
            read += plain
            written += plain
            guard plain < 8 else { continue }
            written += writeEscape(input[read], to: output + written)
            read += 1
        }
        while read < characters.count {
            let byte = input[read]
            if PlainText.isPlain(byte) {
                output[written] = byte
                written += 1
            } else {
                written += writeEscape(byte, to: output + written)
            }
            read += 1
        }
        return written
    }

    private static func writeEscape(_ byte: UInt8, to output: UnsafeMutablePointer<UInt8>) -> Int {
        output[0] = Byte.backslash
        if let letter = shortForm(byte) {
            output[1] = letter
            return 2
        }
        let digits: StaticString = "0123456789abcdef"
        output[1] = Byte.lowerU
        output[2] = Byte.zero
        output[3] = Byte.zero
        output[4] = digits.utf8Start[Int(byte >> 4)]
        output[5] = digits.utf8Start[Int(byte & 15)]
        return 6
    }

    /// The letter after the backslash, of the characters that have one.
    private static func shortForm(_ byte: UInt8) -> UInt8? {
        switch byte {
        case Byte.quote, Byte.backslash: byte
        case 0x08: Byte.lowerB
        case Byte.tab: Byte.lowerT
        case Byte.lineFeed: Byte.lowerN
        case 0x0C: Byte.lowerF
        case Byte.carriageReturn: Byte.lowerR
        default: nil
        }
    }
}
