import FoundationEssentials
import Testing

/// The rules of the house that a machine can hold.
@Suite struct HouseTests {
    /// What each room may import besides Glibc, FoundationEssentials and Synchronization: the
    /// rooms below it.
    private static let mayImport: [String: Set<String>] = [
        "FileInput": [],
        "Locking": [],
        "StrictJSON": [],
        "TextEncoding": [],
        "Crypto": ["COpenSSL", "StrictJSON", "TextEncoding"],
        "HTTPClient": ["CCurl"],
        "HTTPServer": ["Locking", "CMicroHTTPD", "CLinux"],
        "Scorecard": ["StrictJSON"],
        // Dispatch: it serves the main actor, once the function has left the main thread.
        "LambdaRuntime": ["Dispatch", "Locking", "HTTPClient", "StrictJSON", "TextEncoding"],
        "LambdaCodable": ["LambdaRuntime"],
        "TableStore": ["Locking", "CSQLite", "StrictJSON", "TextEncoding"],
        // Crypto: queues answer with the MD5 and take the SHA-256 of a message, as SQS does.
        "LambdaEmulator": [
            "Crypto", "FileInput", "Locking", "TextEncoding", "CYAML", "CLinux", "HTTPServer",
            "LambdaRuntime", "StrictJSON", "TableStore",
        ],
        "Records": ["Crypto", "StrictJSON", "TableStore", "TextEncoding"],
        "Webhooks": [
            "Crypto", "HTTPClient", "Records", "StrictJSON", "TableStore", "TextEncoding",
        ],
        "TTSR": [
            "Locking", "Crypto", "HTTPClient", "LambdaRuntime", "Records", "Scorecard",
            "StrictJSON",
            "TableStore", "TextEncoding", "Webhooks",
        ],
        "LambdaEmulatorTool": [
            "FileInput", "TextEncoding", "HTTPClient", "LambdaEmulator", "StrictJSON",
        ],
        "TTSRTool": [
            "FileInput", "Locking", "Crypto", "HTTPServer", "Records", "Scorecard", "StrictJSON",
            "TTSR",
            "TableStore",
            "TextEncoding", "Webhooks",
        ],
    ]
    private static let everywhere: Set<String> = [
        "Glibc", "FoundationEssentials", "Synchronization",
    ]
    private static let inFunctions: Set<String> = [
        "LambdaRuntime", "StrictJSON", "TTSR", "Webhooks",
    ]

    @Test func importsPointDownwardsOnly() throws {
        for file in try SourceTree.swiftFiles("Sources") {
            let room = String(file.path.split(separator: "/")[1])
            let allowed = try #require(Self.mayImport[room], "\(room) is not in the plan")
            let upward = Set(file.imports).subtracting(allowed.union(Self.everywhere))
            #expect(upward.isEmpty, "\(file.path) imports \(upward.sorted())")
        }
        for file in try SourceTree.swiftFiles("functions") {
            let others = Set(file.imports).subtracting(
                Self.inFunctions.union(Self.everywhere))
            #expect(others.isEmpty, "\(file.path) imports \(others.sorted())")
        }
    }

    @Test func eachCLibraryIsTouchedInOneFileOfItsRoom() throws {
        let files = try SourceTree.swiftFiles("Sources")
        for library in ["COpenSSL", "CYAML"] {
            let users = files.filter { $0.imports.contains(library) }.map(\.path)
            #expect(users.count == 1, "\(library) is imported by \(users)")
        }
    }

    @Test func linesFunctionsAndFilesAreShort() throws {
        for file in try SourceTree.swiftFiles("Sources", "functions", "Tests") {
            #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count - 1) lines")
            for (index, line) in file.lines.enumerated() where line.count > 100 {
                if line.contains("<https://") && isComment(line) { continue }
                Issue.record("\(file.path):\(index + 1) is longer than 100 characters")
            }
            for function in longFunctions(in: file.lines, limit: 70) {
                Issue.record("\(file.path):\(function.line): \(function.length) lines long")
            }
        }
    }

    @Test func nothingIsForced() throws {
        let forcing = ["try!", "as!", "unsafeBitCast("]
        for file in try SourceTree.swiftFiles("Sources", "functions") {
            for (index, line) in file.lines.enumerated() where !isComment(line) {
                for word in forcing where line.contains(word) {
                    Issue.record("\(file.path):\(index + 1) has \(word)")
                }
            }
        }
    }

    @Test func uncheckedSendableHasItsReason() throws {
        let words = ["@unchecked Sendable", "nonisolated(unsafe)"]
        for file in try SourceTree.swiftFiles("Sources", "functions") {
            for (index, line) in file.lines.enumerated()
            where !isComment(line) && words.contains(where: line.contains) {
                let before = file.lines[max(0, index - 8)..<index]
                #expect(
                    before.contains(where: isComment) || line.contains("//"),
                    "\(file.path):\(index + 1) gives no reason")
            }
        }
    }

    @Test func everyFunctionFolderIsComplete() throws {
        let samples = try SourceTree.names(in: "events")
        var functions: Set<String> = []
        for folder in try SourceTree.names(in: "functions") {
            let names = try SourceTree.names(in: "functions/\(folder)")
            #expect(names.contains("README.md"), "\(folder) has no README")
            #expect(names.contains("\(folder)Function.swift"), "\(folder) has no entry point")
            #expect(names.contains("\(folder)Handler.swift"), "\(folder) has no handler")
            let event = folder.prefix(1).lowercased() + folder.dropFirst()
            functions.insert(event)
            #expect(samples.contains("\(event).json"), "\(folder) has no sample event")
            let entry = try SourceTree.swiftFiles("functions/\(folder)")
                .first { $0.path.hasSuffix("Function.swift") }
            #expect((entry?.lines.count ?? 0) <= 26, "\(folder)'s entry point is too long")
        }
        for sample in samples {
            let function = String(sample.prefix { $0 != "-" && $0 != "." })
            #expect(functions.contains(function), "\(sample) is for no function")
        }
    }

    /// The example of the emulator's README is one that a test runs.
    @Test func theExampleIsTested() throws {
        let root = SourceTree.root
        func lines(_ file: String) throws -> [String] {
            try String(contentsOf: root.appending(path: file), encoding: .utf8)
                .split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
        }
        let example = try lines("Sources/LambdaEmulator/README.md")
            .drop { $0 != "```swift" }.dropFirst().prefix { $0 != "```" }
        let tested = Set(try lines("Tests/LambdaEmulatorTests/LibraryTests.swift"))
        #expect(example.count > 8)
        for line in example { #expect(tested.contains(line), "no test has: \(line)") }
    }

    @Test func theTopLevelIsAsPlanned() throws {
        let planned: Set<String> = [
            "LICENSE", "Package.swift", "README.md", "Sources", "Tests", "events", "functions",
            "infra", "scripts",
        ]
        let visible = try SourceTree.names(in: "").filter { !$0.hasPrefix(".") && $0 != "dist" }
        #expect(Set(visible) == planned)
    }

    private func isComment(_ line: Substring) -> Bool {
        line.drop { $0 == " " }.hasPrefix("//")
    }

    /// Functions, initializers and deinitializers longer than a limit: from the line with the
    /// keyword to the closing brace at the same indentation (which the formatter keeps).
    private func longFunctions(
        in lines: [Substring], limit: Int
    ) -> [(line: Int, length: Int)] {
        var found: [(line: Int, length: Int)] = []
        for (index, line) in lines.enumerated() where declaresFunction(line) {
            // A protocol's requirement has no body: a blank line comes before any brace.
            let head = lines[index...].prefix { !$0.isEmpty }
            guard head.contains(where: { $0.hasSuffix("{") || $0.hasSuffix("}") }) else { continue }
            let indent = line.prefix { $0 == " " }
            let rest = lines[index...].prefix(limit + 1)
            let ends = rest.contains {
                $0.hasPrefix(indent + "}") || ($0.hasPrefix(indent) && $0.hasSuffix("}"))
            }
            if !ends && rest.count > limit { found.append((index + 1, limit + 1)) }
        }
        return found
    }

    /// Whether a line begins a function: only modifiers stand before its keyword.
    private func declaresFunction(_ line: Substring) -> Bool {
        let modifiers: Set<Substring> = [
            "public", "package", "internal", "private", "fileprivate", "static", "mutating",
            "override", "convenience", "@discardableResult", "@Sendable", "@concurrent", "@Test",
        ]
        let words = line.split(separator: " ").drop(while: modifiers.contains)
        guard let keyword = words.first else { return false }
        return keyword == "func" || keyword == "deinit" || keyword.hasPrefix("init(")
            || keyword.hasPrefix("init?(")
    }
}
