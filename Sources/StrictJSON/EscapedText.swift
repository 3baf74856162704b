/// The content of a JSON string with the escapes of RFC 8785 section 3.2.2.2: the shortest form,
/// and lower-case digits.
enum EscapedText {
    /// How many bytes the escaped form of a text has.
    static func count(_ characters: UnsafeBufferPointer<UInt8>) -> Int {
        var count = characters.count
        let plainEnd = PlainText.end(in: characters, from: 0, asciiOnly: false)
        for byte in characters[plainEnd...] {
            if byte == Byte.quote || byte == Byte.backslash {
                count += 1
            } else if byte < 0x20 {
                count += shortForm(byte) == nil ? 5 : 1
            }
        }
        return count
    }

    /// Writes the escaped form into room that is as long as it.
    static func write(
        _ characters: UnsafeBufferPointer<UInt8>, to room: Slice<UnsafeMutableBufferPointer<UInt8>>
    ) {
        guard var output = UnsafeMutableBufferPointer(rebasing: room).baseAddress,
            let input = characters.baseAddress
        else { return }
        // Nothing to escape is the rule, and then one copy does it.
        guard room.count != characters.count else {
            return output.update(from: input, count: characters.count)
        }
        for byte in characters {
            if byte >= 0x20, byte != Byte.quote, byte != Byte.backslash {
                output.pointee = byte
                output += 1
            } else {
                output += writeEscape(byte, to: output)
            }
        }
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
