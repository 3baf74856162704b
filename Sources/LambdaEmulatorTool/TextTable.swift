/// Columns as wide as what is in them.
struct TextTable {
    /// Nil for none.
    let heads: [String]?
    let rows: [[String]]

    var text: String {
        let all = (heads.map { [$0] } ?? []) + rows
        let widths = (all.first ?? []).indices.map { column in
            all.map { $0[column].count }.max() ?? 0
        }
        return all.map { row in
            // A column without anything in it takes no room.
            zip(row, widths).map { $1 == 0 ? "" : $0.padded(to: $1 + 2) }.joined().trimmedEnd
                + "\n"
        }.joined()
    }
}

/// Texts in URLs.
enum URLText {
    /// Percent-encoded but for letters, digits and `-._~` (RFC 3986, section 2.3).
    static func query(_ text: String) -> String { encoded(text, except: "-._~") }

    /// The same, but for what a path may have besides: what is encoded already stays as it is.
    static func path(_ text: String) -> String { encoded(text, except: "-._~!$&'()*+,;=:@/%") }

    private static func encoded(_ text: String, except plain: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || plain.utf8.contains(byte)
            let hex = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + hex
        }.joined()
    }
}

extension String {
    /// Without blanks at its end.
    fileprivate var trimmedEnd: String {
        String(prefix(upTo: lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex))
    }
}
