/// Bytes as base64 text (RFC 4648 sections 4 and 5); one text per byte sequence and no other.
package enum Base64 {
    private static let pad: UInt8 = 0x3D

    /// Encodes with the standard alphabet and padding.
    package static func encode(_ bytes: [UInt8]) -> String {
        encode(bytes, alphabet: .standard, padded: true)
    }

    /// Encodes with the URL-safe alphabet, without padding, as RFC 7515 section 2 asks.
    package static func encodeURL(_ bytes: [UInt8]) -> String {
        encode(bytes, alphabet: .urlSafe, padded: false)
    }

    /// Decodes padded standard base64; nil for anything that ``encode(_:)`` would not have written.
    package static func decode(_ text: String) -> [UInt8]? {
        var copy = text
        return copy.withUTF8 { characters in
            guard characters.count % 4 == 0 else { return nil }
            let padding = characters.reversed().prefix(2).prefix { $0 == pad }.count
            return decode(characters.dropLast(padding), alphabet: .standard)
        }
    }

    /// Decodes unpadded URL-safe base64; nil for anything ``encodeURL(_:)`` would not have written.
    package static func decodeURL(_ text: String) -> [UInt8]? {
        var copy = text
        return copy.withUTF8 { decode($0[...], alphabet: .urlSafe) }
    }

    private static func encode(_ bytes: [UInt8], alphabet: Alphabet, padded: Bool) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { output in
            var end = 0
            func write(_ bits: UInt32) {
                output[end] = alphabet.character(UInt8(truncatingIfNeeded: bits & 63))
                end += 1
            }
            var index = 0
            while index + 3 <= bytes.count {
                let group =
                    UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8
                    | UInt32(bytes[index + 2])
                write(group >> 18)
                write(group >> 12)
                write(group >> 6)
                write(group)
                index += 3
            }
            let left = bytes.count - index
            guard left > 0 else { return end }
            let group = UInt32(bytes[index]) << 16 | (left == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
            write(group >> 18)
            write(group >> 12)
            if left == 2 { write(group >> 6) }
            for _ in left..<3 where padded {
                output[end] = pad
                end += 1
            }
            return end
        }
    }

    /// Decodes unpadded text; bits that carry nothing have to be zero.
    private static func decode(
        _ characters: Slice<UnsafeBufferPointer<UInt8>>, alphabet: Alphabet
    ) -> [UInt8]? {
        guard characters.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count * 3 / 4)
        var bits: UInt32 = 0
        var bitCount = 0
        for character in characters {
            guard let value = alphabet.value(character) else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
                bits &= 1 << UInt32(bitCount) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }

    /// The two alphabets, which differ in their last two characters.
    private struct Alphabet {
        let character62: UInt8
        let character63: UInt8

        static let standard = Alphabet(character62: 0x2B, character63: 0x2F)
        static let urlSafe = Alphabet(character62: 0x2D, character63: 0x5F)

        func character(_ value: UInt8) -> UInt8 {
            switch value {
            case 0..<26: 0x41 + value
            case 26..<52: 0x61 + value - 26
            case 52..<62: 0x30 + value - 52
            case 62: character62
            default: character63
            }
        }

        func value(_ character: UInt8) -> UInt8? {
            switch character {
            case 0x41...0x5A: character - 0x41
            case 0x61...0x7A: character - 0x61 + 26
            case 0x30...0x39: character - 0x30 + 52
            case character62: 62
            case character63: 63
            default: nil
            }
        }
    }
}
