import Foundation
import HTTPClient
import Testing

/// `lambda-emulator start` as a process of its own.
///
/// Unchecked: `Process` is not Sendable; it is started before the value is shared, and only asked
/// and signalled afterwards, which its documentation allows from any thread.
class EmulatorProcess: @unchecked Sendable {
    let url: String
    private let folder: URL
    private let process = Process()

    /// Starts it on a free port and waits until it says that it listens.
    ///
    /// - Parameters:
    ///   - template: the template's path.
    ///   - folder: where it keeps its data and its log.
    ///   - parameters: of the template.
    ///   - options: more options of `start`.
    init(
        template: String, in folder: URL, parameters: [String: String] = [:],
        options: [String] = []
    ) throws {
        self.folder = folder
        let logFile = folder.appending(path: "emulator.log")
        try Data().write(to: logFile)
        process.executableURL = URL(filePath: Workspace.product("lambda-emulator"))
        process.arguments =
            [
                "start", "--template", template, "--port", "0",
                "--data-dir", folder.appending(path: "data").path,
            ] + options + parameters.flatMap { ["--parameter", "\($0.key)=\($0.value)"] }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: logFile)
        try process.run()
        var text = ""
        while !text.contains("\n") {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            text += String(decoding: data, as: UTF8.self)
        }
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        let prefix = "listening on "
        url = line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : ""
        try #require(!url.isEmpty, "the emulator did not start: \(logged)")
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    var processID: Int32 { process.processIdentifier }

    /// What it has logged so far.
    var logged: String {
        (try? String(
            contentsOf: folder.appending(path: "emulator.log"), encoding: .utf8)) ?? ""
    }

    /// What it has said of its template.
    var warnings: [String] {
        logged.split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("lambda-emulator: warning: ") }
    }

    /// Ends it as a service manager would, and waits for it.
    ///
    /// - Returns: its exit status.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Ends it as a crash would, and waits for its end.
    func crash() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The functions' processes: the emulator's children.
    func children() throws -> [Int32] {
        try ProcessTable.children(of: processID)
    }

    /// Sends one request.
    func send(
        _ method: String, _ path: String, _ fields: [String: String] = [:], _ body: String? = nil
    ) async throws -> HTTPResponse {
        try await send([request(method, path, fields, body)])[0].get()
    }

    /// Sends several requests at once; the results are in their order.
    func send(_ requests: [HTTPRequest]) async -> [Result<HTTPResponse, HTTPClientError>] {
        let limits = HTTPLimits(
            deadlineMs: 60_000, connectMs: 10_000, responseBytesMax: 10_000_000,
            truncateInsteadOfFail: false)
        let sender = HTTPSender(
            limits: limits, policy: .unrestricted, concurrentMax: 64, perHostMax: 64)
        return await sender.send(requests)
    }

    /// A request to it.
    func request(
        _ method: String, _ path: String, _ fields: [String: String] = [:], _ body: String? = nil
    ) -> HTTPRequest {
        HTTPRequest(
            method: method, url: url + path, fields: fields.map { HTTPField($0.key, $0.value) },
            body: body.map { Array($0.utf8) })
    }
}
