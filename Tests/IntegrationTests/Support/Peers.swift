import Foundation
import StrictJSON
import Testing

/// Other people's software, as `scripts/peers` installs it.
enum Peers {
    /// A program of theirs.
    static func program(_ name: String) throws -> String {
        let path = Workspace.root.appending(path: ".venv/bin/\(name)").path
        try #require(
            FileManager.default.isExecutableFile(atPath: path),
            "the peers are not installed: run scripts/peers once")
        return path
    }

    /// Runs one of the scripts in `Peers/`, which fails unless all it checks holds.
    ///
    /// - Parameters:
    ///   - script: its file name.
    ///   - input: what it reads from standard input.
    /// - Returns: the lines that it prints.
    static func run(_ script: String, _ arguments: [String] = [], input: String = "") throws
        -> [String]
    {
        let peer = try Command(
            program("python"), ["-B", file(script)] + arguments, input: input)
        #expect(peer.status == 0, "\(peer.errors)")
        return peer.output.split(separator: "\n").map(String.init)
    }

    /// Runs a script of named checks against an emulator.
    ///
    /// - Parameter given: what it reads besides the emulator's URL and its command.
    static func check(
        _ script: String, _ emulator: EmulatorProcess, _ given: [String: String] = [:]
    ) throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("url", emulator.url)
        writer.member("tool", Workspace.product("lambda-emulator"))
        for (name, value) in given { writer.member(name, value) }
        writer.endObject()
        let held = try run(script, input: String(decoding: writer.bytes, as: UTF8.self))
        #expect(!held.isEmpty, "\(script) checks nothing")
    }

    /// Runs the AWS command line against an emulator.
    ///
    /// - Parameter home: where it may keep its own files.
    static func aws(
        _ emulator: EmulatorProcess, home: URL, _ arguments: [String]
    ) throws -> Command {
        try Command(
            program("python"),
            ["-m", "awscli", "--endpoint-url", emulator.url, "--region", "us-east-1"] + arguments,
            environment: [
                "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
                "AWS_MAX_ATTEMPTS": "1", "AWS_PAGER": "", "HOME": home.path,
            ])
    }

    /// A file in `Peers/`.
    static func file(_ name: String) -> String {
        Workspace.root.appending(path: "Tests/IntegrationTests/Peers/\(name)").path
    }
}
