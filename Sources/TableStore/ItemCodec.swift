/// The compact form in which the SQLite store keeps an item.
///
/// ```
/// item    version (1 byte, 1), members
/// members count, then for each: name length, name, value
/// value   tag (1 byte), then: 0 null · 1 false · 2 true · 3 number (zigzag)
///         · 4 string (length, UTF-8) · 5 binary (length, bytes)
///         · 6 list (count, values) · 7 map (members)
/// ```
/// Lengths, counts and zigzag numbers are LEB128: seven bits a byte, the least first.
enum ItemCodec {
    static let version: UInt8 = 1

    enum Tag: UInt8 {
        case null, no, yes, number, string, binary, list, map
    }

    /// Encodes an item whose size and depth have been checked.
    static func encode(_ item: Item) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        bytes.append(version)
        append(members: item, to: &bytes)
        return bytes
    }

    private static func append(members: Item, to bytes: inout [UInt8]) {
        append(UInt64(members.count), to: &bytes)
        for (name, value) in members {
            append(name, to: &bytes)
            append(value, to: &bytes)
        }
    }

    private static func append(_ value: AttributeValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(Tag.null.rawValue)
        case .bool(let truth): bytes.append((truth ? Tag.yes : Tag.no).rawValue)
        case .number(let number):
            bytes.append(Tag.number.rawValue)
            append(UInt64(bitPattern: (number << 1) ^ (number >> 63)), to: &bytes)
        case .string(let text):
            bytes.append(Tag.string.rawValue)
            append(text, to: &bytes)
        case .binary(let content):
            bytes.append(Tag.binary.rawValue)
            append(UInt64(content.count), to: &bytes)
            bytes.append(contentsOf: content)
        case .list(let values):
            bytes.append(Tag.list.rawValue)
            append(UInt64(values.count), to: &bytes)
            for element in values { append(element, to: &bytes) }
        case .map(let members):
            bytes.append(Tag.map.rawValue)
            append(members: members, to: &bytes)
        }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        append(UInt64(text.utf8.count), to: &bytes)
        bytes.append(contentsOf: text.utf8)
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
