import FoundationEssentials
import TTSR
import Testing

@Suite("Routes")
struct RouteTests {
    @Test("The template has the same routes, and the one for what no route takes")
    func template() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "infra/template.yaml")
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        var routes = Set<String>()
        for line in text.split(separator: "\n") where line.contains("Method:") {
            routes.insert("\(try value("Method", line)) \(try value("Path", line))")
        }
        let own = Route.all.map { "\($0.method) \($0.path)" }
        #expect(own.count >= 6)
        #expect(routes == Set(own + ["ANY $default"]))
    }

    @Test("A path with other methods is told them; any other path is unknown")
    func problems() {
        #expect(Route.problem(path: "/v1/score") == .methodNotAllowed(["POST"]))
        #expect(Route.problem(path: "/v1/events/x").fields["Allow"] == "GET")
        for path in [
            "", "/", "/v1", "/v1/score/", "//v1/score", "/v1/events", "/v1/events/", "/V1/score",
        ] {
            #expect(Route.problem(path: path) == .routeUnknown)
        }
    }

    /// The value of a name in a line such as `{ Method: GET, Path: "/v1/x" }`.
    private func value(_ name: String, _ line: Substring) throws -> String {
        let words = line.split { " ,{}\"".contains($0) }
        // A path's own braces are part of it.
        if name == "Path", line.contains("\"") {
            return String(try #require(line.split(separator: "\"").dropFirst().first))
        }
        let index = try #require(words.firstIndex(of: "\(name):"))
        return String(words[index + 1])
    }
}
