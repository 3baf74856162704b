import Testing

@testable import LambdaEmulator

@Suite("Routes")
struct RouteTableTests {
    private let table = Self.table([
        ("ANY", "$default"), ("GET", "/pets/{id}"), ("GET", "/pets/dog"),
        ("ANY", "/pets/{proxy+}"), ("ANY", "/pets/dog/{id}"), ("POST", "/pets/dog"),
        ("GET", "/{proxy+}"), ("GET", "/pets/{id}/toys/{toy}"), ("GET", "/"),
    ])

    /// Each route's target is its key.
    private static func table(_ routes: [(String, String)]) -> RouteTable<String> {
        var table = RouteTable<String>()
        for (method, path) in routes {
            table.add(
                method: method, path: path, path == "$default" ? path : "\(method) \(path)")
        }
        return table
    }

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
        let match = table.match(method: method, path: path) ?? table.defaultMatch
        #expect(match?.target == routeKey)
    }

    @Test("parameters are as they stand in the path")
    func parameters() {
        func parameters(_ path: String) -> [String] {
            table.match(method: "GET", path: path)?.parameters.map { "\($0.name)=\($0.value)" }
                ?? []
        }
        #expect(parameters("/pets/a%20b%2Fc") == ["id=a%20b%2Fc"])
        #expect(parameters("/pets/a+b") == ["id=a+b"])
        #expect(parameters("/pets/a/b%2Fc/d") == ["proxy=a/b%2Fc/d"])
        #expect(parameters("/pets/1/toys/2") == ["id=1", "toy=2"])
        #expect(parameters("/pets//x") == ["proxy=/x"])
    }

    @Test("nothing matches without a route, and an empty parameter matches none")
    func matchesNothing() {
        let table = Self.table([("GET", "/a/{id}")])
        #expect(table.match(method: "GET", path: "/a/") == nil)
        #expect(table.match(method: "GET", path: "/a") == nil)
        #expect(table.match(method: "GET", path: "/a/b/c") == nil)
        #expect(table.match(method: "POST", path: "/a/b") == nil)
        #expect(table.defaultMatch == nil)
    }

    @Test("a path tells the methods that it has")
    func tellsMethods() {
        #expect(table.methods(path: "/pets/dog") == ["GET", "POST", "ANY"])
        #expect(table.methods(path: "/x") == ["GET"])
        #expect(Self.table([("GET", "/a")]).methods(path: "/b").isEmpty)
    }

    @Test("the first target of a method and path counts")
    func repeats() {
        var table = RouteTable<Int>()
        let added = [("GET", "/a/{x}", 1), ("GET", "/a/{y}", 2), ("ANY", "/a/{x}", 3)].map {
            table.add(method: $0.0, path: $0.1, $0.2)
        }
        #expect(added == [true, false, true])
        #expect(table.match(method: "GET", path: "/a/1")?.target == 1)
        #expect(table.match(method: "PUT", path: "/a/1")?.target == 3)
    }
}
