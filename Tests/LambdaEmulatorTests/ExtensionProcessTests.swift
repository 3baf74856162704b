import FoundationEssentials
import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

/// A real extension beside a real runtime, both in Python.
@Suite("Processes of extensions")
struct ExtensionProcessTests {
    private static let program = """
        #!/usr/bin/env python3
        import http.client, json, os, sys
        api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        name = os.path.basename(sys.argv[0])
        api.request("POST", "/2020-01-01/extension/register",
                    json.dumps({"events": ["INVOKE", "SHUTDOWN"]}), {"Lambda-Extension-Name": name})
        response = api.getresponse()
        function = json.loads(response.read())
        identifier = response.headers["Lambda-Extension-Identifier"]
        seen = open("seen", "a", buffering=1)
        seen.write(f"{name} {function['functionName']} {os.getcwd()} {'_HANDLER' in os.environ}\\n")
        while True:
            api.request("GET", "/2020-01-01/extension/event/next",
                        headers={"Lambda-Extension-Identifier": identifier})
            event = json.loads(api.getresponse().read())
            seen.write(event["eventType"] + " " + event.get("shutdownReason", "") + "\\n")
            if event["eventType"] == "SHUTDOWN": sys.exit(0)
        """

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("f/bootstrap", PythonBootstrap.ownProcess, mode: 0o755)
    }

    private func started() throws -> EmulatorServer {
        var definition = FunctionDefinition(
            name: "f", codeDirectory: folder.path + "/f", timeoutMs: 60_000)
        definition.layers = [folder.path + "/layer"]
        let server = EmulatorServer(quietConfiguration(Template(functions: [definition])))
        try server.start()
        return server
    }

    @Test("an extension sees each invocation and the end, and ends by itself")
    func works() async throws {
        try folder.write("layer/extensions/watcher", Self.program, mode: 0o755)
        let server = try started()
        let first = try await server.invoke(function: "f", payload: [0x31])
        let second = try await server.invoke(function: "f", payload: [0x32])
        #expect(first.failure == nil && first.text == second.text)
        try await onThread { server.stop() }
        let seen = try String(contentsOfFile: folder.path + "/layer/seen", encoding: .utf8)
        #expect(
            seen == "watcher f \(folder.path)/layer False\nINVOKE \nINVOKE \nSHUTDOWN spindown\n")
    }

    @Test("an extension that cannot be launched fails the start")
    func launchError() async throws {
        try folder.write("layer/extensions/plain", "no program", mode: 0o644)
        let server = try started()
        defer { server.stop() }
        let result = try await server.invoke(function: "f", payload: [0x31])
        #expect(result.failure?.errorType == "Extension.LaunchError")
        #expect(
            server.log.contains(
                "EXTENSION\tName: plain\tState: LaunchError\tEvents: []\t"
                    + "Error Type: PermissionDenied"))
    }
}
