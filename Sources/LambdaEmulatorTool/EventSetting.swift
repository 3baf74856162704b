import StrictJSON

/// `--set POINTER=VALUE`: a text that is put into an event before it is sent.
///
/// The pointer ends at the first sign of equality. What it points to is replaced; a member that
/// is not there, or an element at the end of an array (`-`), is added.
/// Source: RFC 6901.
struct EventSetting: Equatable {
    /// As it was given.
    let pointer: String
    private let names: [String]
    private let text: String

    /// Nil when it is not `/NAME…=TEXT`.
    init?(_ argument: String) {
        guard let sign = argument.firstIndex(of: "=") else { return nil }
        pointer = String(argument[..<sign])
        text = String(argument[argument.index(after: sign)...])
        guard pointer.hasPrefix("/") else { return nil }
        var names: [String] = []
        for token in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let name = Self.unescaped(token) else { return nil }
            names.append(name)
        }
        self.names = names
    }

    /// False when there is nothing the text could be put into.
    func apply(to event: inout JSONValue) -> Bool {
        guard let changed = changed(event, names[...]) else { return false }
        event = changed
        return true
    }

    private func changed(_ value: JSONValue, _ names: ArraySlice<String>) -> JSONValue? {
        guard let name = names.first else { return .string(text) }
        let rest = names.dropFirst()
        switch value {
        case .object(var members):
            let isName = { (member: JSONMember) in member.name.utf8.elementsEqual(name.utf8) }
            if let place = members.firstIndex(where: isName) {
                guard let inner = changed(members[place].value, rest) else { return nil }
                members[place].value = inner
            } else {
                guard rest.isEmpty else { return nil }
                members.append(JSONMember(name, .string(text)))
            }
            return .object(members)
        case .array(var items):
            if name == "-" { return rest.isEmpty ? .array(items + [.string(text)]) : nil }
            guard let place = Int(name), String(place) == name, items.indices.contains(place),
                let inner = changed(items[place], rest)
            else { return nil }
            items[place] = inner
            return .array(items)
        default: return nil
        }
    }

    /// `~1` is a slash and `~0` a tilde; nil for any other tilde.
    private static func unescaped(_ token: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = token.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "~") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
