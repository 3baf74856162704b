internal import StrictJSON

/// One pattern of an event source's `FilterCriteria`: which records a function is invoked with.
///
/// A pattern is an object: each of its members must match the record's member of that name, either
/// as a further object or, as a list, by one of its rules. A record's list matches when one of its
/// elements does. Rules are values, which must be equal, and the comparisons `prefix`, `suffix`,
/// `equals-ignore-case`, `anything-but`, `numeric` and `exists`; `$or` takes alternatives. A record
/// passes when one of the patterns matches.
/// Sources: "Control which events Lambda sends to your function" of the AWS Lambda developer guide;
/// "Comparison operators" of the Amazon EventBridge user guide.
public struct EventFilter: Sendable, Hashable {
    private indirect enum Node: Sendable, Hashable {
        case members([Member])
        case rules([FilterRule])
        case alternatives([Node])
    }

    private struct Member: Sendable, Hashable {
        let name: String
        let node: Node
    }

    private static let patternBytesMax = 4_096
    private static let alternativesName = "$or"

    private let root: Node

    /// Reads a pattern; nil when it is no JSON, or says what is no rule.
    public init?(pattern: String) {
        let limits = JSONLimits(bytesMax: Self.patternBytesMax, depthMax: 32)
        guard let value = try? StrictJSON.parse(Array(pattern.utf8), limits: limits),
            let root = Self.members(value)
        else { return nil }
        self.root = root
    }

    private static func members(_ value: JSONValue) -> Node? {
        guard let members = value.object else { return nil }
        var nodes: [Member] = []
        for member in members {
            guard let node = node(member) else { return nil }
            nodes.append(Member(name: member.name, node: node))
        }
        return .members(nodes)
    }

    private static func node(_ member: JSONMember) -> Node? {
        if member.name == alternativesName, let items = member.value.array {
            let nodes = items.compactMap(members)
            return nodes.count == items.count && !nodes.isEmpty ? .alternatives(nodes) : nil
        }
        guard let items = member.value.array else { return members(member.value) }
        let rules = items.compactMap(FilterRule.init)
        return rules.count == items.count && !rules.isEmpty ? .rules(rules) : nil
    }

    /// Whether the pattern asks for members of a record's member, not for its value as a whole.
    func looksInto(_ name: String) -> Bool {
        guard case .members(let members) = root else { return false }
        return members.contains { member in
            guard member.name == name, case .members = member.node else { return false }
            return true
        }
    }

    /// Whether nothing but one member of a record decides.
    func asksOnlyFor(_ name: String) -> Bool {
        guard case .members(let members) = root else { return false }
        return members.allSatisfy { $0.name == name }
    }

    /// Whether a record passes.
    func passes(_ record: JSONValue) -> Bool { Self.matches(root, record) }

    private static func matches(_ node: Node, _ value: JSONValue?) -> Bool {
        switch node {
        case .members(let members):
            return members.allSatisfy { member in
                // Alternatives are about the object that they stand in.
                if case .alternatives(let nodes) = member.node {
                    return nodes.contains { matches($0, value) }
                }
                return matches(member.node, value?[member.name])
            }
        case .alternatives(let nodes): return nodes.contains { matches($0, value) }
        case .rules(let rules):
            guard let value, value.object == nil else {
                return value == nil && rules.contains { $0.holdsOfAbsent }
            }
            return rules.contains { $0.holds(of: value) }
        }
    }
}
