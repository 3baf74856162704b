import Testing

@testable import LambdaEmulator

@Suite("Routes")
struct RouteTableTests {
    private let table = RouteTable(
        [
            ("ANY", "$default"), ("GET", "/pets/{id}"), ("GET", "/pets/dog"),
            ("ANY", "/pets/{proxy+}"), ("ANY", "/pets/dog/{id}"), ("POST", "/pets/dog"),
            ("GET", "/{proxy+}"), ("GET", "/pets/{id}/toys/{toy}"), ("GET", "/"),
        ].map { RouteDefinition(function: "\($0.0) \($0.1)", method: $0.0, path: $0.1) })

    @Test(
        "literal text comes before {name}, {name} before {name+}, and $default last",
        arguments: [
            ("GET", "/pets/dog", "GET /pets/dog"), ("POST", "/pets/dog", "POST /pets/dog"),
            ("DELETE", "/pets/dog", "ANY /pets/{proxy+}"), ("GET", "/pets/cat", "GET /pets/{id}"),
            ("GET", "/pets/dog/1", "ANY /pets/dog/{id}"),
            ("GET", "/pets/cat/toys/ball", "GET /pets/{id}/toys/{toy}"),
            ("GET", "/pets/cat/toys", "ANY /pets/{proxy+}"), ("GET", "/x/y", "GET /{proxy+}"),
            ("POST", "/x/y", "$default"), ("GET", "/", "GET /"), ("POST", "/", "$default"),
        ])
    func precedence(method: String, path: String, routeKey: String) {
        #expect(table.match(method: method, path: path)?.routeKey == routeKey)
    }

    @Test("parameters are percent-decoded once, and a malformed one stays")
    func decodes() {
        func parameters(_ path: String) -> [String] {
            table.match(method: "GET", path: path)?.parameters.map { "\($0.name)=\($0.value)" }
                ?? []
        }
        #expect(parameters("/pets/a%20b%2Fc") == ["id=a b/c"])
        #expect(parameters("/pets/100%25") == ["id=100%"])
        #expect(parameters("/pets/%zz%4") == ["id=%zz%4"])
        #expect(parameters("/pets/a+b") == ["id=a+b"])
        #expect(parameters("/pets/a/b%2Fc/d") == ["proxy=a/b/c/d"])
    }

    @Test("nothing matches without a route, and an empty parameter matches none")
    func matchesNothing() {
        let table = RouteTable([RouteDefinition(function: "f", method: "GET", path: "/a/{id}")])
        #expect(table.match(method: "GET", path: "/a/") == nil)
        #expect(table.match(method: "GET", path: "/a") == nil)
        #expect(table.match(method: "GET", path: "/a/b/c") == nil)
        #expect(table.match(method: "POST", path: "/a/b") == nil)
    }
}
