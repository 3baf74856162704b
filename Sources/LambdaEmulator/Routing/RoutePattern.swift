/// A route's path, split into segments.
enum RoutePattern {
    enum Segment: Sendable, Equatable {
        case literal(String)
        /// `{name}`: exactly one segment.
        case parameter(String)
        /// `{name+}`: one segment or more, at the end.
        case greedy(String)
    }

    static func segments(of path: String) -> [Segment] { split(path).map(segment) }

    /// A path's segments, without the empty one before its first slash.
    static func split(_ path: String) -> [Substring] {
        let bytes = path.utf8
        let rest = bytes.first == UInt8(ascii: "/") ? bytes.dropFirst() : bytes[...]
        return rest.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { Substring($0) }
    }

    private static func segment(_ text: Substring) -> Segment {
        guard text.hasPrefix("{"), text.hasSuffix("}") else { return .literal(String(text)) }
        let name = text.dropFirst().dropLast()
        return name.hasSuffix("+")
            ? .greedy(String(name.dropLast())) : .parameter(String(name))
    }
}
