import Foundation
import Glibc
import HTTPClient
import StrictJSON
import Testing

/// Asynchronous events under SIGKILL of the emulator itself.
@Suite(.serialized, .timeLimit(.minutes(5))) struct AsynchronousCrashTests {
    /// Half of the ten that may run at once.
    private static let inFlightMax = 5

    @Test func anAcceptedEventIsNeverLostHoweverOftenTheEmulatorIsKilled() async throws {
        let workspace = try Workspace()
        let (template, output) = try Self.stage(workspace)
        var accepted: Set<String> = []
        // So many are done in each run before its crash, while others are accepted and in flight.
        let runs = [1, 40, 5, 0, 60, 17, 2, 0, 9, 0, 25, 0]
        for count in runs {
            let before = Self.lines(of: output).count
            let emulator = try EmulatorProcess(template: template, in: workspace.folder)
            async let answers = emulator.send(Self.events(emulator, count: 100))
            while Self.lines(of: output).count < before + count { await Task.yield() }
            accepted.insert(try Self.acceptAndCrash(emulator))
            for case .success(let answer) in await answers where answer.status == 202 {
                accepted.insert(try #require(answer.field("x-amzn-RequestId")))
            }
        }
        let last = try EmulatorProcess(template: template, in: workspace.folder)
        for case .success(let answer) in await last.send(Self.events(last, count: 50)) {
            #expect(answer.status == 202)
            accepted.insert(try #require(answer.field("x-amzn-RequestId")))
        }
        #expect(accepted.count >= 100, "too few were accepted for the test to mean anything")
        #expect(try await Self.isDone(last))
        #expect(last.stop() == 0)

        var deliveries: [String: Int] = [:]
        for line in Self.lines(of: output) {
            deliveries[String(line.prefix { $0 != " " }), default: 0] += 1
        }
        #expect(accepted.subtracting(deliveries.keys).isEmpty)
        // Only what a crash found in flight, or not yet marked as done, comes once more.
        let repeats = deliveries.values.reduce(0) { $0 + $1 - 1 }
        #expect(repeats <= runs.count * Self.inFlightMax)
    }

    /// Sends one event more, and kills the emulator in the moment it says that it has it.
    ///
    /// - Returns: the event's id.
    private static func acceptAndCrash(_ emulator: EmulatorProcess) throws -> String {
        let connection = try HTTPConnection(
            limits: HTTPLimits(deadlineMs: 60_000, responseBytesMax: 1_000),
            policy: .unrestricted, userAgent: "test")
        // So that only its answer lies between the next request and the kill.
        _ = try connection.send(emulator.request("GET", "/_emulator/health"))
        let answer = try connection.send(events(emulator, count: 1)[0])
        emulator.crash()
        try #require(answer.status == 202)
        return try #require(answer.field("x-amzn-RequestId"))
    }

    private static func lines(of file: String) -> [Substring] {
        ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").split(separator: "\n")
    }

    private static func events(_ emulator: EmulatorProcess, count: Int) -> [HTTPRequest] {
        (0..<count).map { number in
            emulator.request(
                "POST", "/2015-03-31/functions/append/invocations",
                ["X-Amz-Invocation-Type": "Event"], "[\(number)]")
        }
    }

    /// Waits until nothing waits any more.
    private static func isDone(_ emulator: EmulatorProcess) async throws -> Bool {
        for _ in 0..<30_000 {
            let answer = try await emulator.send("GET", "/_emulator/events?limit=1")
            let list = try StrictJSON.parse(answer.body)
            let counts = ["waiting", "inFlight", "dead"].map { list[$0]?.number?.integer }
            if counts == [0, 0, 0] { return true }
            if counts[2] != 0 { return false }
            await Task.yield()
        }
        return false
    }

    private static func stage(_ workspace: Workspace) throws -> (template: String, output: String) {
        let folder = workspace.folder.appending(path: "append")
        let output = workspace.folder.appending(path: "appended").path
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: Workspace.root.appending(path: "Tests/IntegrationTests/Peers/Functions/append.py"),
            to: folder.appending(path: "bootstrap"))
        chmod(folder.appending(path: "bootstrap").path, 0o755)
        let template = workspace.folder.appending(path: "append.yaml").path
        try """
        Resources:
          Append:
            Type: AWS::Serverless::Function
            Properties:
              FunctionName: append
              CodeUri: append
              Runtime: provided.al2023
              Environment: {Variables: {APPEND_TO: \(output)}}
        """.write(toFile: template, atomically: true, encoding: .utf8)
        return (template, output)
    }
}
