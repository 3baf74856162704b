extension TemplateScope {
    func evaluate(_ call: IntrinsicCall) throws(TemplateError) -> YAMLNode? {
        let argument = call.argument
        switch call.name {
        case "Ref": return try reference(try text(argument, "Ref"), at: argument)
        case "GetAtt": return try attribute(try attributeName(argument), at: argument)
        case "Sub": return try substitute(argument)
        case "Join": return try join(argument)
        case "Select": return try select(argument)
        case "Split": return try split(argument)
        case "If": return try choose(argument)
        case "FindInMap": return try findInMap(argument)
        case "ImportValue": return try importValue(argument)
        default:
            throw error(
                argument, "!\(call.name)",
                "Ref, GetAtt, Sub, Join, Select, Split, If, FindInMap or ImportValue was expected")
        }
    }

    /// The value of a condition of the template.
    func condition(_ name: String, at node: YAMLNode) throws(TemplateError) -> Bool {
        guard let condition = conditions[name] else {
            throw error(node, name, "the name of a condition was expected")
        }
        return try holds(condition, depth: 16)
    }

    private func holds(_ node: YAMLNode, depth: Int) throws(TemplateError) -> Bool {
        guard depth > 0 else { throw error(node, "Conditions", "less deep nesting was expected") }
        if node.tag == "!Condition" || node["Condition"] != nil {
            let name = try text(node["Condition"] ?? node, "Condition")
            guard let condition = conditions[name] else {
                throw error(node, name, "the name of a condition was expected")
            }
            return try holds(condition, depth: depth - 1)
        }
        guard let call = IntrinsicCall(node), let items = call.argument.items else {
            throw error(node, "Conditions", "Equals, Not, And, Or or Condition was expected")
        }
        switch call.name {
        case "Equals":
            guard items.count == 2 else { throw error(node, "!Equals", "two values were expected") }
            return try resolve(items[0])?.scalar == resolve(items[1])?.scalar
        case "Not":
            guard items.count == 1 else { throw error(node, "!Not", "one value was expected") }
            return try !holds(items[0], depth: depth - 1)
        case "And":
            for item in items where try !holds(item, depth: depth - 1) { return false }
            return true
        case "Or":
            for item in items where try holds(item, depth: depth - 1) { return true }
            return false
        default:
            throw error(node, "!\(call.name)", "Equals, Not, And, Or or Condition was expected")
        }
    }

    private func text(_ node: YAMLNode, _ key: String) throws(TemplateError) -> String {
        guard let text = node.scalar else { throw error(node, key, "a text was expected") }
        return text
    }

    private func list(
        _ node: YAMLNode, _ key: String, count: ClosedRange<Int>
    ) throws(TemplateError) -> [YAMLNode] {
        guard let items = node.items, count.contains(items.count) else {
            throw error(node, key, "a list of \(count.lowerBound) values was expected")
        }
        return items
    }

    private func attributeName(_ node: YAMLNode) throws(TemplateError) -> String {
        guard let items = node.items else { return try text(node, "GetAtt") }
        var names: [String] = []
        for item in items { names.append(try text(item, "GetAtt")) }
        return names.joined(separator: ".")
    }

    private func join(_ node: YAMLNode) throws(TemplateError) -> YAMLNode {
        let items = try list(node, "!Join", count: 2...2)
        let separator = try text(try resolve(items[0]) ?? items[0], "!Join")
        guard let parts = try resolve(items[1])?.items else {
            throw error(node, "!Join", "a list to join was expected")
        }
        var texts: [String] = []
        for part in parts { texts.append(try text(part, "!Join")) }
        return Self.text(texts.joined(separator: separator), at: node)
    }

    private func select(_ node: YAMLNode) throws(TemplateError) -> YAMLNode? {
        let items = try list(node, "!Select", count: 2...2)
        guard let index = try resolve(items[0])?.scalar.flatMap({ Int($0) }),
            let values = try resolve(items[1])?.items, values.indices.contains(index)
        else { throw error(node, "!Select", "an index into a list was expected") }
        return values[index]
    }

    private func split(_ node: YAMLNode) throws(TemplateError) -> YAMLNode {
        let items = try list(node, "!Split", count: 2...2)
        let separator = try text(items[0], "!Split")
        guard let source = try resolve(items[1])?.scalar, !separator.isEmpty else {
            throw error(node, "!Split", "a separator and a text were expected")
        }
        let parts = source.split(separator: separator, omittingEmptySubsequences: false)
        return YAMLNode(
            .sequence(parts.map { Self.text(String($0), at: node) }), line: node.line)
    }

    private func choose(_ node: YAMLNode) throws(TemplateError) -> YAMLNode? {
        let items = try list(node, "!If", count: 3...3)
        let holds = try condition(try text(items[0], "!If"), at: items[0])
        return try resolve(holds ? items[1] : items[2])
    }

    private func findInMap(_ node: YAMLNode) throws(TemplateError) -> YAMLNode {
        let items = try list(node, "!FindInMap", count: 3...3)
        var found = mappings
        for item in items {
            let key = try text(try resolve(item) ?? item, "!FindInMap")
            found = found?[key]
        }
        guard let found else {
            throw error(node, "!FindInMap", "the three keys of a value in Mappings were expected")
        }
        return YAMLNode(found.content, line: node.line)
    }

    /// What another stack exports is not known here: its name stands for it.
    private func importValue(_ node: YAMLNode) throws(TemplateError) -> YAMLNode {
        let name = try text(try resolve(node) ?? node, "!ImportValue")
        imports.names[node.line] = name
        return Self.text(name, at: node)
    }

    /// `${Name}`, `${Resource.Attribute}`, `${!Literal}`; a map of own names may follow.
    private func substitute(_ node: YAMLNode) throws(TemplateError) -> YAMLNode {
        var own: [String: String] = [:]
        var source = node
        if node.items != nil {
            let items = try list(node, "!Sub", count: 2...2)
            source = items[0]
            for entry in items[1].entries ?? [] {
                own[entry.key] = try text(try resolve(entry.value) ?? entry.value, entry.key)
            }
        }
        var rest = try text(source, "!Sub")[...]
        var result = ""
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw error(node, "!Sub", "a closing brace was expected")
            }
            let name = String(rest[start.upperBound..<end])
            result += try value(of: name, own: own, at: node)
            rest = rest[rest.index(after: end)...]
        }
        return Self.text(result + rest, at: node)
    }

    private func value(
        of name: String, own: [String: String], at node: YAMLNode
    ) throws(TemplateError) -> String {
        if name.hasPrefix("!") { return "${\(name.dropFirst())}" }
        if let text = own[name] { return text }
        let isAttribute = parameters[name] == nil && name.contains(".")
        let value = try isAttribute ? attribute(name, at: node) : reference(name, at: node)
        return try text(value ?? node, name)
    }
}
