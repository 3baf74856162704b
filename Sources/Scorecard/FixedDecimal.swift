/// An exact decimal number with six decimals, held as an integer of millionths.
///
/// It is read from text and written as text without binary floating point on the way.
public struct FixedDecimal: Sendable, Hashable, Comparable {
    /// The number of decimals kept.
    public static let decimalsMax = 6
    /// Zero.
    public static let zero = FixedDecimal(millionths: 0)
    /// One.
    public static let one = FixedDecimal(millionths: 1_000_000)

    /// The value times 1,000,000.
    public let millionths: Int64

    /// Makes a value of its millionths.
    public init(millionths: Int64) {
        self.millionths = millionths
    }

    /// Reads a number in JSON's grammar, such as `-12.50`; `-0` is zero.
    ///
    /// - Throws: `exponent` for `1e3`, `precision` for a seventh decimal (even a zero), `range`
    ///   beyond 64 bits of millionths, `syntax` for everything else that is not such a number.
    public init(text: some StringProtocol) throws(FixedDecimalError) {
        var scanner = DecimalScanner(text)
        millionths = try scanner.readMillionths()
    }

    /// The number with at least this many decimals (0 to 6), and more when it needs them.
    ///
    /// It is never rounded.
    public func formatted(decimals: Int) -> String {
        var digits = millionths.magnitude
        var point = Self.decimalsMax
        while point > decimals, point > 0, digits.isMultiple(of: 10) {
            digits /= 10
            point -= 1
        }
        // Written from the last digit on: 19 digits at most, the point, the sign.
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { room in
            var start = room.count
            func put(_ byte: UInt8) {
                start -= 1
                room[start] = byte
            }
            var written = 0
            repeat {
                if written == point, point > 0 { put(UInt8(ascii: ".")) }
                put(UInt8(ascii: "0") + UInt8(digits % 10))
                digits /= 10
                written += 1
            } while digits > 0 || written <= point
            if millionths < 0 { put(UInt8(ascii: "-")) }
            return String(decoding: room[start...], as: UTF8.self)
        }
    }

    /// The shortest exact text, such as `0.7`.
    public var text: String {
        formatted(decimals: 0)
    }

    /// Orders by value.
    public static func < (left: FixedDecimal, right: FixedDecimal) -> Bool {
        left.millionths < right.millionths
    }
}

extension FixedDecimal: CustomStringConvertible {
    /// The shortest exact text.
    public var description: String { text }
}
