/// The names seen so far in one object, for refusing the second of two equals.
struct MemberNames {
    /// Up to this many members a linear search beats hashing.
    private static let linearMax = 32

    private var names: Set<ExactName> = []

    /// Notes a name; false when `members`, which holds the earlier ones, already has it.
    mutating func insert(_ name: String, into members: [JSONMember]) -> Bool {
        if members.count < Self.linearMax {
            return !members.indices.contains { sameBytes(members[$0].name, name) }
        }
        if names.isEmpty {
            for member in members { names.insert(ExactName(text: member.name)) }
        }
        return names.insert(ExactName(text: name)).inserted
    }
}

/// A name that is equal only to the same bytes; `String` also equates canonical equivalents.
private struct ExactName: Hashable {
    let text: String

    static func == (left: ExactName, right: ExactName) -> Bool {
        sameBytes(left.text, right.text)
    }

    func hash(into hasher: inout Hasher) {
        var copy = text
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
