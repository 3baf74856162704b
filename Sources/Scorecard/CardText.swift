/// The forms of text a card may contain; there is no free text among them.
enum CardText {
    /// Names of signals, factors, groups, sources, labels: `[a-z0-9_]{1,32}`.
    case identifier
    /// Reason codes: `[A-Z0-9_]{1,64}`.
    case code
    /// Versions: `[A-Za-z0-9._-]{1,32}`.
    case version
    /// The identity of another card: `sha256:` and 64 hexadecimal digits.
    case hash

    func matches(_ text: String) -> Bool {
        let characters = text.utf8
        switch self {
        case .identifier:
            return (1...32).contains(characters.count)
                && characters.allSatisfy { Self.isLower($0) || Self.isDigit($0) || $0 == 0x5F }
        case .code:
            return (1...64).contains(characters.count)
                && characters.allSatisfy { Self.isUpper($0) || Self.isDigit($0) || $0 == 0x5F }
        case .version:
            return (1...32).contains(characters.count)
                && characters.allSatisfy {
                    Self.isLower($0) || Self.isUpper($0) || Self.isDigit($0)
                        || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D
                }
        case .hash:
            return text.hasPrefix("sha256:") && characters.count == 71
                && characters.dropFirst(7).allSatisfy {
                    Self.isDigit($0) || (0x61...0x66).contains($0)
                }
        }
    }

    private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
