/// Base64 as of RFC 4648, section 4.
enum Base64Text {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var buffer: UInt32 = 0
        var count = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            count += 1
            guard count == 3 else { continue }
            for shift: UInt32 in [18, 12, 6, 0] {
                text.append(alphabet[Int(buffer >> shift & 0x3F)])
            }
            (buffer, count) = (0, 0)
        }
        if count > 0 {
            buffer <<= UInt32(8 * (3 - count))
            text.append(alphabet[Int(buffer >> 18 & 0x3F)])
            text.append(alphabet[Int(buffer >> 12 & 0x3F)])
            text.append(count == 2 ? alphabet[Int(buffer >> 6 & 0x3F)] : 0x3D)
            text.append(0x3D)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for anything that is not base64; missing padding is taken as AWS takes it.
    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4 * 3)
        var buffer: UInt32 = 0
        var bits = 0
        var isPadded = false
        for character in text.utf8 {
            if character == 0x3D {
                isPadded = true
                continue
            }
            guard !isPadded, let value = value(of: character) else { return nil }
            buffer = buffer << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return bits == 6 ? nil : bytes
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case 0x41...0x5A: UInt32(character - 0x41)
        case 0x61...0x7A: UInt32(character - 0x61 + 26)
        case 0x30...0x39: UInt32(character - 0x30 + 52)
        case 0x2B: 62
        case 0x2F: 63
        default: nil
        }
    }
}
