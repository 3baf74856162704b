/// The routes of the API: the same list as in `infra/template.yaml`, which a test compares.
package struct Route: Sendable, Hashable {
    package let method: String
    /// A path whose `{name}` segments match any one segment.
    package let path: String

    /// All of them.
    package static let all = [
        Route(method: "POST", path: "/v1/oauth/token"),
        Route(method: "GET", path: "/.well-known/jwks.json"),
        Route(method: "POST", path: "/v1/score"),
        Route(method: "GET", path: "/v1/events/{id}"),
        Route(method: "POST", path: "/v1/webhooks/test"),
        Route(method: "GET", path: "/v1/health"),
    ]

    /// What a request that no route takes is told: 405 if its path has other methods, else 404.
    package static func problem(path: String) -> Problem {
        let methods = all.filter { $0.matches(path) }.map(\.method)
        return methods.isEmpty ? .routeUnknown : .methodNotAllowed(methods)
    }

    private func matches(_ path: String) -> Bool {
        let own = self.path.split(separator: "/", omittingEmptySubsequences: false)
        let theirs = path.split(separator: "/", omittingEmptySubsequences: false)
        return own.count == theirs.count
            && zip(own, theirs).allSatisfy { $0.hasPrefix("{") ? !$1.isEmpty : $0 == $1 }
    }
}
