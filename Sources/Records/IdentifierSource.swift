package import Crypto

/// Makes identifiers that sort by the time they were made: a prefix, 48 bits of milliseconds and
/// 80 random bits, in 26 digits of Crockford's base 32 in lower case (the layout of a ULID).
package struct IdentifierSource: Sendable {
    private let clock: WallClock
    private let random: RandomSource

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - clock: gives the time in an identifier.
    ///   - random: gives its random bits.
    package init(clock: WallClock, random: RandomSource) {
        self.clock = clock
        self.random = random
    }

    /// A new identifier, such as `evt_01jd3f5k2m8q4r6t8v0x2z4b6d`.
    ///
    /// - Parameter prefix: what kind of thing it names, with its underscore.
    package func make(_ prefix: String) -> String {
        let time = UInt64(clamping: clock.nowMs())
        var digits: [UInt8] = []
        digits.reserveCapacity(26)
        for shift in stride(from: UInt64(45), through: 0, by: -5) {
            digits.append(Self.alphabet[Int(time >> shift & 31)])
        }
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in random.bytes(10) {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                digits.append(Self.alphabet[Int(buffer >> bits & 31)])
            }
            buffer &= (1 << bits) - 1
        }
        return prefix + String(decoding: digits, as: UTF8.self)
    }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
}
