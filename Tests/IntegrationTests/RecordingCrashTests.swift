import Foundation
import StrictJSON
import Testing

/// The recorded invocations under SIGKILL of the emulator.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RecordingCrashTests {
    /// Recorded so often in each run before it is killed.
    private static let recordedCount = 40

    @Test func whatWasRecordedStaysReadableHoweverOftenTheEmulatorIsKilled() async throws {
        let workspace = try Workspace()
        let data = workspace.folder.appending(path: "data").path
        var known: Set<String> = []
        for _ in 0..<4 {
            let emulator = try EmulatorProcess(
                template: workspace.template, in: workspace.folder,
                parameters: ["StoreURL": workspace.store])
            let request = emulator.request("GET", "/v1/health")
            var written: Set<String> = []
            // A kill in the middle of writing: more calls are under way.
            while written.count < Self.recordedCount {
                _ = await emulator.send(Array(repeating: request, count: 20))
                written = try Set(Self.list(data).map { try #require($0["id"]?.string) })
                    .subtracting(known)
            }
            async let last = emulator.send(Array(repeating: request, count: 40))
            emulator.crash()
            _ = await last
            let after = try Self.list(data)
            let ids = Set(after.compactMap { $0["id"]?.string })
            #expect(ids.isSuperset(of: known.union(written)), "a recorded invocation is lost")
            #expect(ids.count == after.count, "an invocation is there twice")
            known = ids
        }
        let shown = try Command(
            Workspace.product("lambda-emulator"),
            ["invocations", "show", "last", "--data-dir", data])
        #expect(shown.status == 0)
        #expect(shown.output.hasPrefix("health  "))
        #expect(shown.output.contains("REPORT RequestId: "))
    }

    /// Every recorded invocation: each line must be JSON.
    private static func list(_ data: String) throws -> [JSONValue] {
        let listed = try Command(
            Workspace.product("lambda-emulator"),
            ["invocations", "list", "--json", "--limit", "100000", "--data-dir", data])
        return try listed.output.split(separator: "\n").map {
            try StrictJSON.parse(Array($0.utf8))
        }
    }
}
