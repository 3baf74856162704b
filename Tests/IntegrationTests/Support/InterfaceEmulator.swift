import Foundation
import HTTPClient
import Testing

/// The AWS runtime interface emulator with one of our functions, which serves one caller.
///
/// Unchecked: `Process` is not Sendable; it is started before the value is shared, and only asked
/// and signalled afterwards, which its documentation allows from any thread.
final class InterfaceEmulator: @unchecked Sendable {
    private let process = Process()
    private let url: String
    private let log: URL

    /// Starts it; the function itself is started by the first call.
    init(_ function: String, in workspace: Workspace) throws {
        // It takes no port 0. An address of this process's own makes any port free.
        let id = ProcessInfo.processInfo.processIdentifier
        let address = "127.\(id >> 16 + 1).\(id >> 8 & 0xFF).\(id & 0xFF)"
        url = "http://\(address):8080/2015-03-31/functions/function/invocations"
        log = workspace.folder.appending(path: "rie-\(function).log")
        try Data().write(to: log)
        process.executableURL = URL(filePath: try Peers.program("aws-lambda-rie"))
        process.arguments = [
            "--runtime-interface-emulator-address", "\(address):8080",
            "--runtime-api-address", "\(address):9001", Workspace.product(function),
        ]
        process.environment = [
            "PATH": "/usr/bin:/bin", "TTSR_STORE": workspace.store,
            "AWS_LAMBDA_FUNCTION_NAME": function, "AWS_LAMBDA_FUNCTION_TIMEOUT": "60",
        ]
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    /// What it and the function have logged so far.
    var logged: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Calls the function; waits for the emulator to listen first.
    func invoke(_ event: String) async throws -> HTTPResponse {
        let limits = HTTPLimits(deadlineMs: 60_000, responseBytesMax: 10_000_000)
        let sender = HTTPSender(
            limits: limits, policy: .unrestricted, concurrentMax: 1, perHostMax: 1)
        let request = HTTPRequest(method: "POST", url: url, body: Array(event.utf8))
        while true {
            let result = await sender.send([request])[0]
            if case .failure(let error) = result, error.code == .connect {
                try #require(process.isRunning, "it has ended: \(logged)")
                await Task.yield()
            } else {
                return try result.get()
            }
        }
    }

    /// Ends it, the function with it, and waits for both.
    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}
