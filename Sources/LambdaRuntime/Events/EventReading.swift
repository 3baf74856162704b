import StrictJSON

/// Reads members of events. Events grow new members over time: unknown ones are passed over, and
/// `null` counts as absent.
extension JSONValue {
    func requiredText(_ name: StaticString) throws(LambdaEventError) -> String {
        guard let text = member(name)?.string else { throw LambdaEventError(member: name) }
        return text
    }

    func text(_ name: StaticString) throws(LambdaEventError) -> String? {
        switch member(name) {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default: throw LambdaEventError(member: name)
        }
    }

    func integer(_ name: StaticString) throws(LambdaEventError) -> Int64? {
        switch member(name) {
        case nil, .null?: return nil
        case .number(let number)?:
            guard let value = number.integer else { throw LambdaEventError(member: name) }
            return value
        default: throw LambdaEventError(member: name)
        }
    }

    func flag(_ name: StaticString) throws(LambdaEventError) -> Bool {
        switch member(name) {
        case nil, .null?: return false
        case .bool(let flag)?: return flag
        default: throw LambdaEventError(member: name)
        }
    }

    func elements(_ name: StaticString) throws(LambdaEventError) -> [JSONValue] {
        switch member(name) {
        case nil, .null?: return []
        case .array(let elements)?: return elements
        default: throw LambdaEventError(member: name)
        }
    }

    func texts(_ name: StaticString) throws(LambdaEventError) -> [String] {
        try elements(name).map { element throws(LambdaEventError) in
            guard let text = element.string else { throw LambdaEventError(member: name) }
            return text
        }
    }

    /// An object of strings; of the names that are one in lower case, the last one stands.
    func textMap(
        _ name: StaticString, lowercaseNames: Bool = false
    ) throws(LambdaEventError) -> [String: String] {
        switch member(name) {
        case nil, .null?: return [:]
        case .object(let members)?:
            var map: [String: String] = [:]
            map.reserveCapacity(members.count)
            for member in members {
                guard let text = member.value.string else { throw LambdaEventError(member: name) }
                map[lowercaseNames ? member.name.lowercasedASCII : member.name] = text
            }
            return map
        default: throw LambdaEventError(member: name)
        }
    }

    func textListMap(_ name: StaticString) throws(LambdaEventError) -> [String: [String]] {
        switch member(name) {
        case nil, .null?: return [:]
        case .object(let members)?:
            var map: [String: [String]] = [:]
            for member in members {
                guard let texts = member.value.array?.compactMap(\.string),
                    texts.count == member.value.array?.count
                else { throw LambdaEventError(member: name) }
                map[member.name] = texts
            }
            return map
        default: throw LambdaEventError(member: name)
        }
    }
}

extension String {
    /// HTTP field names are ASCII; Unicode case mapping would be wrong for them, and slower.
    var lowercasedASCII: String {
        guard utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return self }
        return String(
            decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
