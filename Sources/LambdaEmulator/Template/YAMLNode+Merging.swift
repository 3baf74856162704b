extension YAMLNode {
    /// A section of `Globals` with a resource's own properties over it, as SAM merges them: maps
    /// entry by entry, lists one behind the other, anything else replaced.
    ///
    /// Source: "Globals section of the AWS SAM template", overridable globals.
    static func merged(_ global: YAMLNode?, _ own: YAMLNode?) -> YAMLNode? {
        guard let global, let own else { return own ?? global }
        if let upper = global.items, let lower = own.items, own.tag == nil, global.tag == nil {
            return YAMLNode(.sequence(upper + lower), line: own.line)
        }
        guard let upper = global.entries, var entries = own.entries, own.tag == nil,
            IntrinsicCall(own) == nil, IntrinsicCall(global) == nil
        else { return own }
        for entry in upper {
            if let index = entries.firstIndex(where: { $0.key == entry.key }) {
                let value = merged(entry.value, entries[index].value) ?? entries[index].value
                entries[index] = Entry(
                    key: entry.key, keyLine: entries[index].keyLine, value: value)
            } else {
                entries.append(entry)
            }
        }
        return YAMLNode(.mapping(entries), line: own.line)
    }
}
