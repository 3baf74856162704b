/// The text form of RFC 6901 JSON Pointers.
public enum JSONPointer {
    /// A member name as a reference token: `~` becomes `~0` and `/` becomes `~1`.
    public static func escape(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == Byte.slash || $0 == 0x7E }) else { return name }
        var token = ""
        for character in name.unicodeScalars {
            switch character {
            case "~": token += "~0"
            case "/": token += "~1"
            default: token.unicodeScalars.append(character)
            }
        }
        return token
    }
}
