/// A route's path, split into segments.
struct RoutePattern: Sendable {
    enum Segment: Sendable, Equatable {
        case literal(String)
        /// `{name}`: exactly one segment.
        case parameter(String)
        /// `{name+}`: one segment or more, at the end.
        case greedy(String)
    }

    let segments: [Segment]
    /// `$default`: whatever nothing else takes.
    let isDefault: Bool

    init(_ path: String) {
        isDefault = path == "$default"
        segments = isDefault ? [] : Self.split(path).map(Self.segment)
    }

    /// The path's parameters, percent-decoded; nil when it does not match.
    func match(_ parts: [Substring]) -> [(name: String, value: String)]? {
        var parameters: [(name: String, value: String)] = []
        for (index, segment) in segments.enumerated() {
            guard index < parts.count else { return nil }
            switch segment {
            case .literal(let text):
                guard parts[index] == text else { return nil }
            case .parameter(let name):
                guard !parts[index].isEmpty else { return nil }
                parameters.append((name, PercentEncoding.decode(parts[index])))
            case .greedy(let name):
                let rest = parts[index...].joined(separator: "/")
                guard !rest.isEmpty else { return nil }
                parameters.append((name, PercentEncoding.decode(rest)))
                return parameters
            }
        }
        return isDefault || parts.count == segments.count ? parameters : nil
    }

    /// True when this pattern is to be tried before the other one: segment by segment, literal
    /// text before `{name}` before `{name+}`, and `$default` last.
    func precedes(_ other: RoutePattern) -> Bool {
        if isDefault != other.isDefault { return other.isDefault }
        for (one, two) in zip(segments, other.segments) where Self.rank(one) != Self.rank(two) {
            return Self.rank(one) < Self.rank(two)
        }
        return segments.count > other.segments.count
    }

    /// A path's segments, without the empty one before its first slash.
    static func split(_ path: String) -> [Substring] {
        path.dropFirst(path.hasPrefix("/") ? 1 : 0)
            .split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func segment(_ text: Substring) -> Segment {
        guard text.hasPrefix("{"), text.hasSuffix("}") else { return .literal(String(text)) }
        let name = text.dropFirst().dropLast()
        return name.hasSuffix("+")
            ? .greedy(String(name.dropLast())) : .parameter(String(name))
    }

    private static func rank(_ segment: Segment) -> Int {
        switch segment {
        case .literal: 0
        case .parameter: 1
        case .greedy: 2
        }
    }
}
