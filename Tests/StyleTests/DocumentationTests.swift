import FoundationEssentials
import Testing

/// The documentation's code is code that the tests compile and run.
@Suite struct DocumentationTests {
    /// Where examples are compiled: a target each, or in the tests of the library.
    private static let compiled = ["Tests/Examples", "Tests/LambdaRuntimeTests/Examples"]
    private static let documented = ["Sources/LambdaRuntime", "Sources/LambdaCodable"]

    @Test func everyExampleIsPartOfACompiledFile() throws {
        let sources = try Self.compiled.flatMap { try SourceTree.swiftFiles($0) }
            .map { code($0.lines) }
        var count = 0
        for folder in Self.documented {
            for file in try SourceTree.files(in: folder, endingIn: [".md", ".swift"]) {
                for example in examples(in: file) {
                    count += 1
                    let isCompiled = sources.contains { $0.contains(code(example.lines)) }
                    #expect(isCompiled, "\(file.path):\(example.line) is not compiled")
                }
            }
        }
        #expect(count >= 10, "only \(count) examples were found")
    }

    @Test func everyPublicDeclarationIsDocumented() throws {
        for folder in Self.documented {
            for file in try SourceTree.swiftFiles(folder) {
                for (index, line) in file.lines.enumerated() {
                    let words = line.split(separator: " ")
                    guard words.first == "public", words.count > 1, words[1] != "import" else {
                        continue
                    }
                    let above = file.lines[..<index].last { !$0.drop { $0 == " " }.hasPrefix("@") }
                    // An extension's members have documentation, not the extension.
                    #expect(
                        above?.drop { $0 == " " }.hasPrefix("///") == true
                            || words[1] == "extension",
                        "\(file.path):\(index + 1) is not documented")
                }
            }
        }
    }

    private struct Example {
        let line: Int
        var lines: [Substring]
    }

    /// The blocks between "```swift" and "```", in an article or in a documentation comment.
    private func examples(in file: SourceTree.File) -> [Example] {
        var found: [Example] = []
        var open: Example?
        for (index, line) in file.lines.enumerated() {
            var text = line.drop { $0 == " " }
            if file.path.hasSuffix(".swift") {
                guard text.hasPrefix("///") else { continue }
                text = text.dropFirst(3)
            }
            let mark = text.drop { $0 == " " }
            if mark == "```swift" {
                open = Example(line: index + 1, lines: [])
            } else if mark == "```" {
                if let open { found.append(open) }
                open = nil
            } else {
                open?.lines.append(text)
            }
        }
        return found
    }

    /// Lines to compare: without indentation, imports, and the `@main` of an example whose entry
    /// point in a test would be a second one.
    private func code(_ lines: [Substring]) -> String {
        lines.map { line in
            var line = line.drop { $0 == " " }
            if line.hasPrefix("@main") { line = line.dropFirst(5).drop { $0 == " " } }
            return line.hasPrefix("import ") ? "" : line
        }
        .filter { !$0.isEmpty }
        .joined(separator: "\n")
    }
}
