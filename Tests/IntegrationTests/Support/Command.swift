import Foundation

/// A command that ran to its end.
struct Command {
    let status: Int32
    let output: String
    let errors: String

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - input: what it reads from standard input.
    ///   - environment: all that it inherits.
    init(
        _ path: String, _ arguments: [String], input: String = "",
        environment: [String: String] = [:]
    ) throws {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = standardError
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        // One pipe is read on a thread of its own, so that a full pipe never blocks the other.
        let errors = Reader(standardError.fileHandleForReading)
        let output = standardOutput.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        status = process.terminationStatus
        self.output = String(decoding: output, as: UTF8.self)
        self.errors = errors.text()
    }

    /// Runs the operator's tool on a workspace's store.
    static func ttsr(_ workspace: Workspace, _ arguments: String...) throws -> Command {
        try Command(
            Workspace.product("ttsr"), ["--store", workspace.store] + arguments)
    }
}

/// Reads a pipe to its end on a thread of its own.
private final class Reader: @unchecked Sendable {
    // Written by the thread before it signals, read after the signal.
    private var data = Data()
    private let done = DispatchSemaphore(value: 0)

    init(_ handle: FileHandle) {
        Thread.detachNewThread { [self] in
            data = handle.readDataToEndOfFile()
            done.signal()
        }
    }

    func text() -> String {
        done.wait()
        return String(decoding: data, as: UTF8.self)
    }
}
