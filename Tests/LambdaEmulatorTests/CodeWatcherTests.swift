import FoundationEssentials
import Glibc
import Locking
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Watched folders")
struct FolderWatcherTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The files that were reported, after one of them was, relative to the folder.
    private func changes(_ watcher: FolderWatcher, until name: String) async -> Set<String> {
        var seen: Set<String> = []
        let isSeen = await eventually {
            for change in watcher.takeChanges() {
                seen.insert(String(change.path.dropFirst(folder.path.count + 1)))
            }
            return seen.contains(name)
        }
        return isSeen ? seen : []
    }

    @Test("files in folders, in new folders and replaced files are seen; what is no code is not")
    func sees() async throws {
        try folder.write("a/old", "1")
        try folder.write("a/skipped/x", "1")
        let skipped = folder.path + "/a/skipped"
        let watcher = try FolderWatcher([folder.path + "/a"]) { $0 == skipped }
        try folder.write("a/.hidden", "1")
        try folder.write("a/__pycache__/x.pyc", "1")
        try folder.write("a/skipped/y", "1")
        try folder.write("a/new~", "1")
        try folder.write("a/old", "2")
        #expect(await changes(watcher, until: "a/old").allSatisfy { $0.hasPrefix("a/old") })
        mkdir(folder.path + "/a/deep", 0o755)
        #expect(await changes(watcher, until: "a/deep") == ["a/deep"])
        try folder.write("a/deep/file", "1")
        #expect(await changes(watcher, until: "a/deep/file").contains("a/deep/file"))
        unlink(folder.path + "/a/deep/file")
        #expect(await changes(watcher, until: "a/deep/file") == ["a/deep/file"])
    }

    @Test("a root that is taken away is seen again when it comes back")
    func comesBack() async throws {
        let root = folder.path + "/a"
        let watcher = try FolderWatcher([root])
        #expect(watcher.isIncomplete)
        #expect(watcher.lookAgain() == [])
        try folder.write("a/file", "1")
        #expect(watcher.lookAgain() == [FolderWatcher.Change(root: root, path: root)])
        #expect(!watcher.isIncomplete)
        try FileManager.default.removeItem(atPath: root)
        #expect(
            await eventually {
                _ = watcher.takeChanges()
                return watcher.isIncomplete
            })
    }

    @Test("of a file that is a root its neighbours do not matter")
    func file() async throws {
        try folder.write("out/program", "1")
        let root = folder.path + "/out/program"
        let watcher = try FolderWatcher([root])
        try folder.write("out/other", "1")
        try folder.write("out/program", "2")
        #expect(await changes(watcher, until: "out/program") == ["out/program"])
    }

    @Test("what Git ignores by a plain name or path is known")
    func ignored() throws {
        try folder.write(
            ".gitignore", "# products\n/dist/\nbuild\n*.o\n!keep\ndocs/out/\n\n  target \r\n")
        let ignored = IgnoredPaths(of: [folder.path])
        let paths = ["dist", "a/dist", "a/build", "x.o", "keep", "docs/out", "a/target", "Sources"]
        #expect(
            paths.filter { ignored.contains(folder.path + "/" + $0) }
                == ["dist", "a/build", "docs/out", "a/target"])
    }
}

/// Real processes that are replaced while they are called.
@Suite("Replaced programs")
struct CodeWatcherTests {
    private static func bootstrap(_ version: String) -> String {
        PythonBootstrap.answering("'\"\(version)\"'")
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func started(dataDirectory: String? = nil) throws -> EmulatorServer {
        try folder.write("f/bootstrap", Self.bootstrap("one"), mode: 0o755)
        let definition = FunctionDefinition(
            name: "f", codeDirectory: folder.path + "/f", timeoutMs: 60_000)
        var configuration = quietConfiguration(Template(functions: [definition]))
        configuration.reloadsCode = true
        configuration.dataDirectory = dataDirectory
        let server = EmulatorServer(configuration)
        try server.start()
        return server
    }

    /// As scripts/build does it: the file is replaced as a whole.
    private func replace(with text: String) throws {
        try folder.write("f/bootstrap.new", text, mode: 0o755)
        rename(folder.path + "/f/bootstrap.new", folder.path + "/f/bootstrap")
    }

    @Test("no call is lost while the program is replaced, and the new one answers in the end")
    func replaces() async throws {
        let server = try started()
        defer { server.stop() }
        var answers: [String] = []
        for _ in 0..<5 {
            answers.append(try await server.invoke(function: "f", payload: [0x31]).text)
        }
        try replace(with: Self.bootstrap("two"))
        while answers.last != #""two""# {
            let result = try await server.invoke(function: "f", payload: [0x31])
            try #require(result.failure == nil)
            answers.append(result.text)
        }
        #expect(Set(answers) == [#""one""#, #""two""#])
        let pool = try #require(server.pool(named: "f"))
        #expect(await eventually { pool.liveCount == 1 }, "the old process has ended")
    }

    @Test("what the emulator writes into a function's folder is no new code")
    func passesOverItsOwn() async throws {
        let server = try started(dataDirectory: folder.path + "/f/data")
        defer { server.stop() }
        _ = try await server.invoke(function: "f", payload: [0x31])
        try folder.write("f/library", "1")
        try folder.write("f/data/own", "1")
        #expect(await eventually { server.log.contains("the new code is taken up") })
        #expect(server.log.contains("f/library has changed: the new code is taken up"))
    }

    @Test("a program that cannot start does not take over")
    func keeps() async throws {
        let server = try started()
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        #expect(try await server.invoke(function: "f", payload: [0x31]).text == #""one""#)
        try replace(with: "#!/bin/sh\nexit 1\n")
        #expect(await eventually { pool.state.withLock { $0.failedGeneration == $0.generation } })
        #expect(try await server.invoke(function: "f", payload: [0x31]).text == #""one""#)
        try replace(with: Self.bootstrap("three"))
        #expect(
            await eventually {
                pool.state.withLock { state in
                    state.instances.values.allSatisfy { $0.generation == state.generation }
                }
            })
        #expect(try await server.invoke(function: "f", payload: [0x31]).text == #""three""#)
    }

    @Test("a file is known to be written while somebody has it open for that")
    func isWritten() async throws {
        try folder.write("file", "1")
        let path = folder.path + "/file"
        // Any child of this process has it, too, between its fork and its exec.
        #expect(await eventually { !LinuxCalls.isBeingWritten(path) })
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        #expect(LinuxCalls.isBeingWritten(path))
        close(descriptor)
        #expect(await eventually { !LinuxCalls.isBeingWritten(path) })
        #expect(!LinuxCalls.isBeingWritten(path + ".none"))
    }
}
