import StrictJSON

/// JSON for people: two blanks for each level, a line for each member and element.
enum PrettyJSON {
    private static let bytesMax = 64 * 1024 * 1024

    /// Nil when the bytes are not JSON.
    static func text(_ bytes: [UInt8]) -> String? {
        let limits = JSONLimits(bytesMax: bytesMax, depthMax: JSONLimits.depthCeiling)
        return (try? StrictJSON.parse(bytes, limits: limits)).map { text($0) }
    }

    /// Without a line break at its end.
    static func text(_ value: JSONValue) -> String {
        var text: [UInt8] = []
        append(value, indent: 0, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(_ value: JSONValue, indent: Int, to text: inout [UInt8]) {
        switch value {
        case .array(let items) where !items.isEmpty:
            text.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                startLine(index, indent + 1, in: &text)
                append(item, indent: indent + 1, to: &text)
            }
            endLine(indent, "]", in: &text)
        case .object(let members) where !members.isEmpty:
            text.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                startLine(index, indent + 1, in: &text)
                text += JSONValue.string(member.name).serialized() + Array(": ".utf8)
                append(member.value, indent: indent + 1, to: &text)
            }
            endLine(indent, "}", in: &text)
        default: text += value.serialized()
        }
    }

    private static func startLine(_ index: Int, _ indent: Int, in text: inout [UInt8]) {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        text.append(0x0A)
        text += [UInt8](repeating: 0x20, count: indent * 2)
    }

    private static func endLine(_ indent: Int, _ end: Unicode.Scalar, in text: inout [UInt8]) {
        text.append(0x0A)
        text += [UInt8](repeating: 0x20, count: indent * 2)
        text.append(UInt8(ascii: end))
    }
}
