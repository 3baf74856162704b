/// Finds the bytes of a string that do not stand for themselves in JSON, eight at a time.
enum PlainText {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The index of the first control character, quote or backslash from `start`, or the end.
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
            var stops = zeros(word ^ ones &* UInt64(Byte.quote))
            stops |= zeros(word ^ ones &* UInt64(Byte.backslash))
            stops |= (word &- ones &* 0x20) & ~word
            if asciiOnly { stops |= word }
            stops &= highs
            // The lowest mark is exact, and the first byte is the lowest: little-endian.
            if stops != 0 { return index + UInt64(littleEndian: stops).trailingZeroBitCount / 8 }
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == Byte.quote || byte == Byte.backslash { break }
            if asciiOnly, byte >= 0x80 { break }
            index += 1
        }
        return index
    }

    /// Marks the high bit of the lowest byte that is zero, and perhaps of some above it.
    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 {
        (word &- ones) & ~word
    }
}
