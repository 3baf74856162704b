import FuzzedReaders
import TestSupport
import Testing

@testable import LambdaEmulator

/// What the fuzzers look for and have found, once more: the emulator answers as the file's name
/// says, however the bytes come, and is unharmed.
@Suite("Corpus of the fuzzers") struct CorpusTests {
    @Test("each reader reads each file of its corpus", arguments: FuzzedReader.allCases)
    func readers(_ reader: FuzzedReader) throws {
        let files = try Corpus.files(in: reader.rawValue)
        #expect(!files.isEmpty)
        for file in files { reader.read(try Corpus.bytes(of: file)) }
    }

    @Test("the front answers each file", arguments: try Corpus.requests(in: "Front"))
    func front(_ request: CorpusRequest) async throws {
        let route = RouteDefinition(function: "sane", method: "ANY", path: "/sane/{action+}")
        let template = Template(
            functions: [
                FunctionDefinition(name: "sane", codeDirectory: "/", timeoutMs: 600_000)
            ], routes: [route])
        let spawner = TestSpawner()
        let server = EmulatorServer(quietConfiguration(template, spawner: spawner))
        try server.start()
        defer { server.stop() }
        let runtime = Task { try await Self.serve(spawner) }
        defer { runtime.cancel() }
        for cut in CorpusRequest.Cut.allCases {
            let statuses = try await onThread {
                try request.replay(cut, port: UInt16(server.port))
            }
            #expect(request.takes(statuses), "\(statuses)")
        }
        try await onThread { try request.breakOff(port: UInt16(server.port)) }
        let sane = try await call("http://127.0.0.1:\(server.port)/sane/x")
        #expect(sane.text == "well")
    }

    /// Is the runtime of one instance until the server stops.
    private static func serve(_ spawner: TestSpawner) async throws {
        guard let instance = await spawner.next() else { return }
        while true {
            let event = try await instance.next()
            guard event.field(RuntimeField.requestID) != nil else { return }
            try await instance.respond(
                event.requestID, #"{"statusCode": 200, "body": "well"}"#)
        }
    }

    @Test("the Runtime API answers each file", arguments: try Corpus.requests(in: "Runtime"))
    func runtime(_ request: CorpusRequest) async throws {
        for cut in CorpusRequest.Cut.allCases {
            let (statuses, result) = try await Self.asRuntime { port, ids in
                try request.replay(cut, port: port, ids: ids)
            }
            #expect(request.takes(statuses), "\(statuses)")
            // The caller has its answer: this one, or that which came after it.
            let isAccepted = statuses.first == "202"
            #expect((result.text == "late") != (isAccepted || result.failure != nil))
        }
        let (_, result) = try await Self.asRuntime { port, ids in
            try request.breakOff(port: port, ids: ids)
        }
        // Half of what answers twice is one answer.
        #expect(["late", "{}"].contains(result.text) || result.failure != nil)
    }

    /// Speaks to the Runtime API of an instance that has an invocation and had one before.
    private static func asRuntime<Value: Sendable>(
        _ speak: @escaping @Sendable (_ port: UInt16, _ ids: CorpusRequest.IDs) throws -> Value
    ) async throws -> (Value, InvocationResult) {
        let spawner = TestSpawner()
        let template = Template(functions: [
            FunctionDefinition(name: "f", codeDirectory: "/", timeoutMs: 600_000)
        ])
        let server = EmulatorServer(quietConfiguration(template, spawner: spawner))
        try server.start()
        defer { server.stop() }
        async let early = server.invoke(function: "f", payload: [])
        let instance = try #require(await spawner.next())
        let old = try await instance.next()
        try await instance.respond(old.requestID, "early")
        #expect(try await early.text == "early")

        async let result = server.invoke(function: "f", payload: [])
        let event = try await instance.next()
        let ids = CorpusRequest.IDs(running: event.requestID, earlier: old.requestID)
        let port = try #require(instance.launch.runtimeAPI.split(separator: ":").last)
        let value = try await onThread { try speak(try #require(UInt16(port)), ids) }
        // Taken if none was taken before.
        try await instance.respond(event.requestID, "late")
        return (value, try await result)
    }
}
