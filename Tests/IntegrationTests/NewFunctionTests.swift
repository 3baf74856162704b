import Foundation
import StrictJSON
import Testing

/// `scripts/new-function` in a copy of the project. `scripts/test` builds and runs what it makes.
@Suite(.timeLimit(.minutes(5))) struct NewFunctionTests {
    /// A copy of what the script reads, and of what it writes into.
    private final class Project: Sendable {
        let root = FileManager.default.temporaryDirectory
            .appending(path: "ttsr-test-\(UUID().uuidString)")
        private static let parts = [
            "scripts/new-function", ".swift-format", "Package.swift", "README.md", "infra",
            "functions", "events", "Sources/TTSR/HTTP/Route.swift", "Tests/FunctionsTests",
        ]

        init() throws {
            for part in Self.parts {
                let place = root.appending(path: part)
                try FileManager.default.createDirectory(
                    at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                try FileManager.default.copyItem(
                    at: Workspace.root.appending(path: part), to: place)
            }
        }

        deinit { try? FileManager.default.removeItem(at: root) }

        func make(_ arguments: String...) throws -> Command {
            // The formatter is beside the compiler that built this test.
            try Command(
                root.appending(path: "scripts/new-function").path, arguments,
                environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""])
        }

        /// Every file with its content.
        func files() throws -> [String: Data] {
            var files: [String: Data] = [:]
            for case let path as String in FileManager.default.enumerator(atPath: root.path)
                ?? .init()
            {
                let url = root.appending(path: path)
                if let data = try? Data(contentsOf: url) { files[path] = data }
            }
            return files
        }

        func text(_ path: String) throws -> String {
            try String(contentsOf: root.appending(path: path), encoding: .utf8)
        }
    }

    @Test func aNewFunctionIsComplete() throws {
        let project = try Project()
        let before = try project.files()
        let made = try project.make("FareAlert")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.errors.isEmpty)
        let after = try project.files()
        #expect(
            Set(after.keys).subtracting(before.keys) == [
                "functions/FareAlert/FareAlertFunction.swift",
                "functions/FareAlert/FareAlertHandler.swift",
                "functions/FareAlert/README.md", "events/fareAlert.json",
                "Tests/FunctionsTests/FareAlertFunctionTests.swift",
            ])
        let changed = before.filter { after[$0.key] != $0.value }
        #expect(
            Set(changed.keys) == [
                "Package.swift", "README.md", "infra/template.yaml",
                "Sources/TTSR/HTTP/Route.swift",
            ])
        #expect(try project.text("Package.swift").contains("    \"FareAlert\",\n]"))
        #expect(
            try project.text("infra/template.yaml").contains(
                "Method: GET, Path: /v1/fare-alert }"))
        #expect(
            try project.text("Sources/TTSR/HTTP/Route.swift").contains(
                #"        Route(method: "GET", path: "/v1/fare-alert"),"#))
        #expect(
            try project.text("README.md").contains(
                "| `GET /v1/fare-alert` | | [fareAlert](functions/FareAlert/README.md) |\n\n"))
        let event = try StrictJSON.parse(Array(after["events/fareAlert.json"] ?? Data()))
        #expect(event["routeKey"] == "GET /v1/fare-alert")
    }

    @Test(arguments: [
        [], ["a"], ["hello"], ["Hello", "World"], ["He llo"], ["../Hello"], ["Hello$(id)"], ["É"],
        [String(repeating: "A", count: 41)], ["LambdaX"],
        ["Score"], ["SCORE"], ["Scorecard"], ["Countdown"], ["Api"], ["WebhookOutboxTable"],
    ])
    func aBadOrTakenNameIsRefusedWithOneLine(_ arguments: [String]) throws {
        let project = try Project()
        let before = try project.files()
        let refused = try Command(
            project.root.appending(path: "scripts/new-function").path, arguments)
        #expect(refused.status == 2)
        #expect(refused.output.isEmpty)
        #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
        #expect(try project.files() == before)
    }

    @Test func aNameIsTakenByTheFunctionThatHasJustBeenMade() throws {
        let project = try Project()
        #expect(try project.make("Hello").status == 0)
        let before = try project.files()
        #expect(try project.make("Hello").status == 2)
        #expect(try project.files() == before)
        #expect(try project.make("World").status == 0, "another name is free")
    }

    @Test(arguments: [
        "README.md", "Package.swift", "infra/template.yaml", "Sources/TTSR/HTTP/Route.swift",
    ])
    func nothingIsHalfMade(_ file: String) throws {
        let project = try Project()
        try Data("no place\n".utf8).write(to: project.root.appending(path: file))
        let before = try project.files()
        let failed = try project.make("Hello")
        #expect(failed.status == 1)
        #expect(failed.errors == "error: \(file) has no place for a function\n")
        #expect(try project.files() == before)
    }

    @Test func whatHasItsPlaceIsTakenBackWhenAnotherHasNone() throws {
        let project = try Project()
        let tests = project.root.appending(path: "Tests/FunctionsTests")
        try FileManager.default.removeItem(at: tests)
        try Data("a file, where a folder should be\n".utf8).write(to: tests)
        let before = try project.files()
        #expect(try project.make("Hello").status == 1)
        #expect(try project.files() == before)
        let folder = project.root.appending(path: "functions/Hello").path
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
