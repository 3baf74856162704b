/// A node of a YAML document, with its line.
struct YAMLNode: Sendable {
    struct Entry: Sendable {
        let key: String
        let keyLine: Int
        let value: YAMLNode
    }

    indirect enum Content: Sendable {
        /// `isPlain`: unquoted, so that `null` and `~` mean nothing.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    let content: Content
    /// From 1.
    let line: Int
    /// A local tag such as `!Ref`; nil for none or a standard one.
    let tag: String?

    init(_ content: Content, line: Int, tag: String? = nil) {
        self.content = content
        self.line = line
        self.tag = tag
    }

    var entries: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }
    var items: [YAMLNode]? { if case .sequence(let items) = content { items } else { nil } }

    /// A scalar's text; nil for an empty or `null` one.
    var scalar: String? {
        guard case .scalar(let text, let isPlain) = content, !(isPlain && Self.isNull(text)) else {
            return nil
        }
        return text
    }

    var isNull: Bool {
        guard case .scalar(let text, true) = content else { return false }
        return Self.isNull(text)
    }

    subscript(_ key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }

    private static func isNull(_ text: String) -> Bool {
        text.isEmpty || text == "~" || text.lowercased() == "null"
    }
}
