/// Which function a request goes to.
struct RouteTable: Sendable {
    struct Match: Sendable {
        let route: RouteDefinition
        /// The route's key as API Gateway names it: `GET /v1/events/{id}` or `$default`.
        let routeKey: String
        let parameters: [(name: String, value: String)]
    }

    private struct Entry: Sendable {
        let route: RouteDefinition
        let routeKey: String
        let pattern: RoutePattern
    }

    private let entries: [Entry]
    /// Routes without parameters, found at once: by method and path.
    private let literal: [String: Entry]

    init(_ routes: [RouteDefinition]) {
        let entries = routes.map { route in
            Entry(
                route: route,
                routeKey: route.path == "$default" ? "$default" : "\(route.method) \(route.path)",
                pattern: RoutePattern(route.path))
        }
        self.entries = entries.sorted { one, two in
            if one.pattern.precedes(two.pattern) { return true }
            if two.pattern.precedes(one.pattern) { return false }
            return one.route.method != "ANY" && two.route.method == "ANY"
        }
        literal = Dictionary(
            entries.filter { !$0.route.path.contains("{") && $0.route.method != "ANY" }
                .map { ($0.routeKey, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The most specific route for the method and the raw path; nil when there is none.
    func match(method: String, path: String) -> Match? {
        if let entry = literal["\(method) \(path)"] {
            return Match(route: entry.route, routeKey: entry.routeKey, parameters: [])
        }
        let parts = RoutePattern.split(path)
        for entry in entries where entry.route.method == "ANY" || entry.route.method == method {
            if let parameters = entry.pattern.match(parts) {
                return Match(
                    route: entry.route, routeKey: entry.routeKey, parameters: parameters)
            }
        }
        return nil
    }

    /// True when every route is one of a REST API, whose answer to an unknown path differs.
    var isRESTOnly: Bool { !entries.isEmpty && entries.allSatisfy { $0.route.format == .restAPI } }
}
