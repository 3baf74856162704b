import Foundation
import Testing

/// What the emulator's README has a newcomer type, typed in a new folder.
@Suite(.timeLimit(.minutes(5))) struct ReadmeTests {
    private struct Block {
        let isCommands: Bool
        var text = ""
    }

    @Test func aNewcomersFunctionsRun() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "ttsr-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var emulator: EmulatorProcess?
        var output = ""
        var comparisons = 0
        for block in try blocks() {
            if !block.isCommands {
                #expect(output == block.text)
                comparisons += 1
            } else if block.text == "lambda-emulator start\n" {
                emulator = try EmulatorProcess(
                    template: folder.appending(path: "template.yaml").path, in: folder)
            } else {
                output = try run(block.text, in: folder, url: emulator?.url)
            }
        }
        #expect(comparisons == 3)
        #expect(emulator?.stop() == 0)
    }

    /// Types lines into a shell; what they print, with a line break at the end.
    private func run(_ lines: String, in folder: URL, url: String?) throws -> String {
        // The port is a free one; AWS's runtime for Python is a peer that is there already.
        let lines = lines.replacing("http://127.0.0.1:3000", with: url ?? "")
            .split(separator: "\n").filter { !$0.hasPrefix("pip install ") }
            .joined(separator: "\n")
        let python = URL(filePath: try Peers.program("python")).deletingLastPathComponent().path
        let typed = try Command(
            "/bin/sh", ["-e"], input: "cd '\(folder.path)'\n\(lines)\n",
            environment: ["PATH": "\(Workspace.products.path):\(python):/usr/bin:/bin"])
        #expect(typed.status == 0, "\(lines): \(typed.errors)")
        return typed.output.hasSuffix("\n") ? typed.output : typed.output + "\n"
    }

    /// The commands of the section for newcomers, and what they print, in their order.
    private func blocks() throws -> [Block] {
        let readme = Workspace.root.appending(path: "Sources/LambdaEmulator/README.md")
        let section = try String(contentsOf: readme, encoding: .utf8)
            .components(separatedBy: "\n## ").first { $0.hasPrefix("Your own function\n") }
        var blocks: [Block] = []
        var isOpen = false
        for line in try #require(section).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isOpen.toggle()
                if isOpen { blocks.append(Block(isCommands: line == "```sh")) }
            } else if isOpen {
                blocks[blocks.count - 1].text += line + "\n"
            }
        }
        return blocks
    }
}
