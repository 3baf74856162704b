/// Finds the bytes of a string that do not stand for themselves in JSON, eight at a time: control
/// characters, quotes and backslashes.
enum PlainText {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The index of the first such byte from `start`, or the end.
    ///
    /// - Parameter asciiOnly: stops at a byte of a character beyond ASCII, too.
    @inline(__always)
    static func end(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int, asciiOnly: Bool
    ) -> Int {
        guard let base = bytes.baseAddress else { return start }
        var index = start
        while bytes.count - index >= 8 {
            let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
            let plain = count(in: word, asciiOnly: asciiOnly)
            index += plain
            if plain < 8 { return index }
        }
        while index < bytes.count, isPlain(base[index]), !asciiOnly || base[index] < 0x80 {
            index += 1
        }
        return index
    }

    /// How many bytes of a word, as it lies in memory, come before the first such one.
    @inline(__always)
    static func count(in word: UInt64, asciiOnly: Bool) -> Int {
        var stops = zeros(word ^ ones &* UInt64(Byte.quote))
        stops |= zeros(word ^ ones &* UInt64(Byte.backslash))
        stops |= (word &- ones &* 0x20) & ~word
        if asciiOnly { stops |= word }
        // The lowest mark is exact, and the first byte is the lowest: little-endian. Without a
        // mark there are 64 zero bits.
        return UInt64(littleEndian: stops & highs).trailingZeroBitCount / 8
    }

    @inline(__always)
    static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != Byte.quote && byte != Byte.backslash
    }

    /// Marks the high bit of the lowest byte that is zero, and perhaps of some above it.
    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 {
        (word &- ones) & ~word
    }
}
