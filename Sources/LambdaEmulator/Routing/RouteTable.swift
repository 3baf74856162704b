/// Which target a request goes to, by its method and path.
///
/// Segment by segment literal text comes before `{name}`, `{name}` before `{name+}`, a method
/// before `ANY`, and `$default` last. A tree of segments: how many routes there are costs nothing.
struct RouteTable<Target: Sendable>: Sendable {
    struct Match: Sendable {
        let target: Target
        /// The path's parameters as they stand in the path: not percent-decoded.
        let parameters: [(name: String, value: String)]
    }

    /// A route that ends at a node.
    private struct Leaf: Sendable {
        let target: Target
        let names: [String]
    }

    /// The routes of one path by method; a few, so a list.
    private struct Methods: Sendable {
        private(set) var leaves: [(method: String, leaf: Leaf)] = []

        subscript(method: String) -> Leaf? {
            var any: Leaf?
            for (name, leaf) in leaves {
                if name == method { return leaf }
                if name == "ANY" { any = leaf }
            }
            return any
        }

        mutating func add(_ method: String, _ leaf: Leaf) -> Bool {
            guard !leaves.contains(where: { $0.method == method }) else { return false }
            leaves.append((method, leaf))
            return true
        }
    }

    private struct Node: Sendable {
        var literals: [Substring: Int] = [:]
        var parameter: Int?
        /// Routes whose path ends here, and those that take all that follows.
        var ending = Methods()
        var greedy = Methods()
    }

    private var nodes = [Node()]
    /// The nodes of paths without parameters, found at once.
    private var literal: [String: Int] = [:]
    private var usual = Methods()

    /// Adds a route.
    ///
    /// - Parameter method: In capitals, or `ANY`.
    /// - Returns: False when the method and path have a target already, which counts.
    @discardableResult
    mutating func add(method: String, path: String, _ target: Target) -> Bool {
        guard path != "$default" else {
            return usual.add("ANY", Leaf(target: target, names: []))
        }
        var index = 0
        var names: [String] = []
        for segment in RoutePattern.segments(of: path) {
            switch segment {
            case .literal(let text): index = child(of: index, Substring(text))
            case .parameter(let name):
                names.append(name)
                index = child(of: index, nil)
            case .greedy(let name):
                let leaf = Leaf(target: target, names: names + [name])
                return nodes[index].greedy.add(method, leaf)
            }
        }
        if names.isEmpty { literal[path] = index }
        return nodes[index].ending.add(method, Leaf(target: target, names: names))
    }

    /// The node below another one for a literal text, or for a parameter.
    private mutating func child(of index: Int, _ text: Substring?) -> Int {
        if let existing = text.map({ nodes[index].literals[$0] }) ?? nodes[index].parameter {
            return existing
        }
        nodes.append(Node())
        if let text {
            nodes[index].literals[text] = nodes.count - 1
        } else {
            nodes[index].parameter = nodes.count - 1
        }
        return nodes.count - 1
    }

    /// The most specific route for the method and the raw path, `$default` aside.
    func match(method: String, path: String) -> Match? {
        if let index = literal[path], let leaf = nodes[index].ending[method] {
            return Match(target: leaf.target, parameters: [])
        }
        var values: [String] = []
        let parts = RoutePattern.split(path)
        guard let leaf = find(method, parts[...], below: 0, &values) else { return nil }
        return Match(target: leaf.target, parameters: Array(zip(leaf.names, values)))
    }

    /// The route of whatever no other takes.
    var defaultMatch: Match? {
        usual["ANY"].map { Match(target: $0.target, parameters: []) }
    }

    private func find(
        _ method: String, _ parts: ArraySlice<Substring>, below index: Int,
        _ values: inout [String]
    ) -> Leaf? {
        let node = nodes[index]
        guard let part = parts.first else { return node.ending[method] }
        if let child = node.literals[part],
            let leaf = find(method, parts.dropFirst(), below: child, &values)
        {
            return leaf
        }
        guard !part.isEmpty || parts.count > 1 else { return nil }
        if let child = node.parameter, !part.isEmpty {
            values.append(String(part))
            if let leaf = find(method, parts.dropFirst(), below: child, &values) { return leaf }
            values.removeLast()
        }
        guard let leaf = node.greedy[method] else { return nil }
        values.append(parts.joined(separator: "/"))
        return leaf
    }

    /// The methods that a path has, in the order of their routes.
    func methods(path: String) -> [String] {
        var methods: [String] = []
        collect(RoutePattern.split(path)[...], below: 0, &methods)
        return methods
    }

    private func collect(
        _ parts: ArraySlice<Substring>, below index: Int, _ methods: inout [String]
    ) {
        let node = nodes[index]
        var found = node.ending.leaves
        if let part = parts.first {
            found = part.isEmpty && parts.count == 1 ? [] : node.greedy.leaves
            if let child = node.literals[part] {
                collect(parts.dropFirst(), below: child, &methods)
            }
            if let child = node.parameter, !part.isEmpty {
                collect(parts.dropFirst(), below: child, &methods)
            }
        }
        for (method, _) in found where !methods.contains(method) { methods.append(method) }
    }
}
