extension TemplateReader {
    /// A text, resolved; nil without the key.
    func text(_ properties: YAMLNode?, _ key: String) throws(TemplateError) -> String? {
        guard let node = properties?[key], let resolved = try scope.resolve(node) else {
            return nil
        }
        guard let text = resolved.scalar else {
            throw scope.error(node, key, "a text was expected")
        }
        return text
    }

    /// A number in a range; nil without the key.
    func number(
        _ properties: YAMLNode?, _ key: String, in range: ClosedRange<Int>
    ) throws(TemplateError) -> Int? {
        guard let node = properties?[key], let resolved = try scope.resolve(node) else {
            return nil
        }
        guard let number = resolved.scalar.flatMap({ Int($0) }), range.contains(number) else {
            throw scope.error(
                node, key,
                "a number from \(range.lowerBound) to \(range.upperBound) was expected")
        }
        return number
    }

    /// `true` or `false` in any case, as YAML and CloudFormation take them; nil without the key.
    func flag(_ properties: YAMLNode?, _ key: String) throws(TemplateError) -> Bool? {
        guard let text = try text(properties, key)?.lowercased() else { return nil }
        guard ["true", "false"].contains(text) else {
            throw scope.error(properties?[key] ?? root, key, "true or false was expected")
        }
        return text == "true"
    }

    /// A mapping, resolved one level at a time by who reads it; nil without the key.
    func mapping(_ properties: YAMLNode?, _ key: String) throws(TemplateError) -> YAMLNode? {
        guard let node = properties?[key], let resolved = try scope.resolve(node) else {
            return nil
        }
        guard resolved.entries != nil else {
            throw scope.error(node, key, "a mapping was expected")
        }
        return resolved
    }

    /// Any value, resolved; nil without the key, and for `null`.
    func value(_ properties: YAMLNode?, _ key: String) throws(TemplateError) -> YAMLNode? {
        guard let node = properties?[key], let resolved = try scope.resolve(node),
            !resolved.isNull
        else { return nil }
        return resolved
    }

    /// A list of texts, or one text alone; empty without the key.
    func texts(_ properties: YAMLNode?, _ key: String) throws(TemplateError) -> [String] {
        guard let value = try value(properties, key) else { return [] }
        if let text = value.scalar { return [text] }
        var texts: [String] = []
        for item in value.items ?? [value] {
            guard let text = item.scalar else {
                throw scope.error(item, key, "a list of texts was expected")
            }
            texts.append(text)
        }
        return texts
    }
}
