import Foundation
import HTTPClient
import StrictJSON
import Testing

/// The emulator on a workspace, with the six functions of the project's template.
///
/// Unchecked: `Process` is not Sendable; it is started before the value is shared, and only asked
/// and signalled afterwards, which its documentation allows from any thread.
final class RunningEmulator: @unchecked Sendable {
    let workspace: Workspace
    let url: String
    private let process = Process()
    private let log: FileHandle

    /// Starts it on a free port and waits until it says that it listens.
    init(_ workspace: Workspace) throws {
        self.workspace = workspace
        let logFile = workspace.folder.appending(path: "emulator.log")
        try Data().write(to: logFile)
        log = try FileHandle(forWritingTo: logFile)
        process.executableURL = URL(filePath: Workspace.product("lambda-emulator"))
        process.arguments = [
            "start", "--template", workspace.template, "--port", "0",
            "--data-dir", workspace.folder.appending(path: "data").path,
            "--parameter", "StoreURL=\(workspace.store)",
            "--parameter", "WebhookAllowedNetworks=127.0.0.0/8",
            "--parameter", "TokenRequestsPerMinute=100000",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = log
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
        try #require(!url.isEmpty, "the emulator did not start")
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    var processID: Int32 { process.processIdentifier }

    /// What it has logged so far.
    var logged: String {
        (try? String(
            contentsOf: workspace.folder.appending(path: "emulator.log"), encoding: .utf8)) ?? ""
    }

    /// Ends it as a service manager would, and waits for it.
    ///
    /// - Returns: its exit status.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// The functions' processes: the emulator's children.
    func children() throws -> [Int32] {
        try ProcessTable.children(of: processID)
    }

    /// Registers a client with all scopes and gives an access token for it.
    func token(client id: String = "tester") async throws -> String {
        let added = try Command.ttsr(
            workspace, "client", "add", id, "--secret", "tester-secret", "--rate-limit", "1000000",
            "--scope", "score:write events:read webhooks:write")
        try #require(added.status == 0, "\(added.errors)")
        let answer = try await send(
            "POST", "/v1/oauth/token", ["Content-Type": "application/x-www-form-urlencoded"],
            "grant_type=client_credentials&client_id=\(id)&client_secret=tester-secret")
        let body = try StrictJSON.parse(answer.body)
        return try #require(body["access_token"]?.string)
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

    /// A request to score.
    func scoreRequest(token: String, key: String, body: String) -> HTTPRequest {
        request(
            "POST", "/v1/score",
            [
                "Authorization": "Bearer \(token)", "Idempotency-Key": key,
                "Content-Type": "application/json",
            ], body)
    }
}

/// Reads `/proc`.
enum ProcessTable {
    /// The living children of a process.
    static func children(of parent: Int32) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init)
            .filter { child in
                guard let status = status(of: child) else { return false }
                return status.parent == parent && status.state != "Z"
            }
    }

    /// The name of a process's program.
    static func name(of process: Int32) -> String? {
        let link = "/proc/\(process)/exe"
        return (try? FileManager.default.destinationOfSymbolicLink(atPath: link))
            .map { URL(filePath: $0).lastPathComponent }
    }

    private static func status(of process: Int32) -> (state: String, parent: Int32)? {
        // The second field is the name in parentheses, which may hold anything: count after it.
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
        return (String(fields[0]), parent)
    }
}
