/// A call of an intrinsic function: `!Sub x` or `Fn::Sub: x`.
struct IntrinsicCall {
    /// Without `!` and `Fn::`.
    let name: String
    let argument: YAMLNode

    private static let longForms: Set = ["Ref", "Condition"]

    init?(_ node: YAMLNode) {
        if let tag = node.tag {
            name = String(tag.dropFirst())
            argument = YAMLNode(node.content, line: node.line)
            return
        }
        guard let entries = node.entries, entries.count == 1, let entry = entries.first else {
            return nil
        }
        if entry.key.hasPrefix("Fn::") {
            name = String(entry.key.dropFirst(4))
        } else if entry.key == "Ref" {
            name = "Ref"
        } else {
            return nil
        }
        argument = entry.value
    }
}
