/// A JSON number as the token that was written: `0.70` stays `0.70`.
///
/// Two numbers are equal when their tokens are equal; what a token means is for the caller to say.
public struct JSONNumber: Sendable, Hashable {
    /// The longest token accepted, in bytes.
    public static let textBytesMax = 64

    /// The raw token, which satisfies the number grammar of RFC 8259 section 6.
    public let text: String

    /// Takes a token; nil unless it is a JSON number of at most ``textBytesMax`` bytes.
    public init?(text: String) {
        var copy = text
        let isNumber = copy.withUTF8 { bytes in
            bytes.count <= Self.textBytesMax
                && JSONNumber.tokenEnd(in: bytes, from: 0) == bytes.count
        }
        guard isNumber else { return nil }
        self.text = text
    }

    /// Makes the number of an integer.
    public init(_ value: Int64) {
        text = String(value)
    }

    /// Takes a token that the reader has checked.
    init(checked text: String) {
        self.text = text
    }

    /// The value when the token is a plain integer (no fraction, no exponent) that fits, else nil.
    public var integer: Int64? {
        Int64(text)
    }

    /// The index after the number token that begins at `start`, or nil when none does.
    static func tokenEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start
        if index < bytes.count, bytes[index] == Byte.minus { index += 1 }
        guard index < bytes.count, Byte.isDigit(bytes[index]) else { return nil }
        if bytes[index] == Byte.zero {
            index += 1
            if index < bytes.count, Byte.isDigit(bytes[index]) { return nil }
        } else {
            skipDigits(bytes, &index)
        }
        if index < bytes.count, bytes[index] == Byte.period {
            index += 1
            guard skipDigits(bytes, &index) else { return nil }
        }
        if index < bytes.count, bytes[index] | 0x20 == Byte.lowerE {
            index += 1
            if index < bytes.count, bytes[index] == Byte.plus || bytes[index] == Byte.minus {
                index += 1
            }
            guard skipDigits(bytes, &index) else { return nil }
        }
        return index
    }

    /// Moves past digits; whether there was at least one.
    @discardableResult
    private static func skipDigits(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool
    {
        let start = index
        while index < bytes.count, Byte.isDigit(bytes[index]) { index += 1 }
        return index > start
    }
}
