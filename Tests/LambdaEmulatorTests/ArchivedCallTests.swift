import HTTPClient
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Invocations of earlier runs")
struct ArchivedCallTests {
    @Test("one that is no longer in memory is found in the data directory, and replayed")
    func archived() async throws {
        let folder = try TemporaryFolder()
        try RecordFolder(InvocationArchive.folder(in: folder.path), bytesMax: 1 << 20)
            .append(recorded("old-1", event: Array(#"{"a":1}"#.utf8)).line)
        let template = Template(functions: [FunctionDefinition(name: "f", codeDirectory: "/none")])
        let emulator = try TestEmulator(template) { $0.dataDirectory = folder.path }
        let shown = try await emulator.call("GET", "/_emulator/invocations/old-1")
        #expect(try StrictJSON.parse(shown.body)["event"]?.string == #"{"a":1}"#)
        #expect(try await emulator.call("GET", "/_emulator/invocations/old").status == 404)
        async let replayed = emulator.call(
            "POST", "/_emulator/invocations/old-1/replay", [(AdminAPI.requiredField, "1")])
        #expect(try await emulator.serve("2").body == #"{"a":1}"#)
        #expect(try await replayed.status == 200)
    }
}
