import Glibc
import HTTPClient
import Locking
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Recording")
struct RecordingTests {
    private let folder: TemporaryFolder
    private let spawner = TestSpawner()

    init() throws { folder = try TemporaryFolder() }

    private func started(
        concurrencyMax: Int = 1, _ change: (inout EmulatorConfiguration) -> Void = { _ in }
    ) throws -> EmulatorServer {
        let function = FunctionDefinition(
            name: "f", codeDirectory: "/none", timeoutMs: 600_000,
            concurrencyMax: concurrencyMax)
        var configuration = quietConfiguration(
            Template(functions: [function]), spawner: spawner)
        configuration.dataDirectory = folder.path
        change(&configuration)
        let server = EmulatorServer(configuration)
        try server.start()
        return server
    }

    private var archive: InvocationArchive { InvocationArchive(dataDirectory: folder.path) }

    @Test("a call is in memory when its caller has the answer, and in the folder after the end")
    func records() async throws {
        let server = try started()
        async let answer = call(
            "http://127.0.0.1:\(server.port)/2015-03-31/functions/f/invocations",
            method: "POST", fields: [HTTPField("X-Amzn-Trace-Id", "Root=2")], body: #"{"a":1}"#)
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        instance.print("hello")
        try await instance.respond(next.requestID, #"{"b":2}"#)
        #expect(try await answer.text == #"{"b":2}"#)

        let kept = try #require(server.invocations.first)
        #expect(server.invocations.count == 1)
        #expect(kept.id == next.requestID)
        #expect(kept.function == "f")
        #expect(kept.origin == .invoke)
        #expect(kept.traceID == "Root=2")
        #expect(kept.eventText == #"{"a":1}"#)
        #expect(kept.result.text == #"{"b":2}"#)
        #expect(kept.result.failure == nil)
        #expect(kept.result.report.peakMemoryMB == 42)
        #expect(kept.result.report.initNs != nil)
        #expect(kept.acceptedMs <= kept.endedMs)
        let lines = kept.result.logText.split(separator: "\n").map { $0.prefix(5) }
        #expect(lines == ["START", "hello", "END R", "REPOR"])

        server.stop()
        #expect(server.invocations.isEmpty)
        let written = try #require(archive.find(String(kept.id.prefix(8))).first)
        #expect(written.eventText == kept.eventText)
        #expect(written.result.log == kept.result.log)
        #expect(archive.last(9).map(\.id) == [kept.id])
        #expect(archive.find("").map(\.id) == [kept.id])
        #expect(archive.find("x").isEmpty)
    }

    @Test("failures and calls that were throttled are recorded, too")
    func failures() async throws {
        let server = try started(concurrencyMax: 0)
        defer { server.stop() }
        await #expect(throws: EmulatorError.throttled) {
            try await server.invoke(function: "f", payload: Array("{}".utf8))
        }
        let throttled = try #require(server.invocations.last)
        #expect(throttled.result.failure?.kind == .throttled)
        #expect(throttled.result.payload.isEmpty)
        server.stop()

        let other = try started()
        defer { other.stop() }
        async let result = other.invoke(function: "f", payload: Array("{}".utf8))
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        instance.end(.status(3))
        #expect(try await result.failure?.errorType == "Runtime.ExitError")
        let failed = try #require(other.invocations.last)
        #expect(failed.id == next.requestID)
        #expect(failed.result.failure?.kind == .runtime)
        #expect(failed.result.text.contains("exit status 3"))
    }

    @Test("of a streamed answer the beginning is recorded; the caller got it piece by piece")
    func streamed() async throws {
        let server = try started()
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        let sink = CountingSink()
        let done = Promise<InvocationResult?>()
        pool.invoke(
            Invocation(
                requestID: "r-1", event: Array("{}".utf8),
                context: Invocation.Context(traceID: "", origin: .invoke), sink: sink
            ) { outcome in
                guard case .completed(let result) = outcome else { return done.fulfil(nil) }
                done.fulfil(result)
            })
        let instance = try #require(await spawner.next())
        _ = try await instance.next()
        let body = String(repeating: "x", count: RecordedInvocation.bodyBytesMax + 5)
        _ = try await instance.send(
            "POST", "invocation/r-1/response",
            fields: [HTTPField(RuntimeField.responseMode, "streaming")], body: body)
        let result = try #require(try await onThread { done.wait() })
        #expect(result.isStreamed)
        #expect(result.payload.isEmpty)
        #expect(sink.byteCount.withLock { $0 } == body.utf8.count)
        let kept = try #require(server.invocations.last)
        #expect(kept.result.payload.count == RecordedInvocation.bodyBytesMax)
        #expect(kept.answerBytes == body.utf8.count)
        #expect(!kept.isAnswerComplete)
        #expect(kept.result.isStreamed)
    }

    @Test("a large event is cut, and said to be")
    func cuts() async throws {
        let server = try started()
        defer { server.stop() }
        let event = "\"" + String(repeating: "é", count: 600_000) + "\""
        async let result = server.invoke(function: "f", payload: Array(event.utf8))
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        #expect(next.body == event)
        try await instance.respond(next.requestID, "1")
        _ = try await result
        let kept = try #require(server.invocations.last)
        #expect(kept.event == Array(event.utf8.prefix(RecordedInvocation.bodyBytesMax)))
        #expect(kept.eventBytes == event.utf8.count)
        #expect(!kept.isEventComplete)
    }

    @Test("nothing is written when nothing is to be recorded; memory keeps the last ones")
    func inMemoryOnly() async throws {
        let server = try started {
            $0.recordBytesMax = 0
            $0.recentInvocationsMax = 2
        }
        var ids: [String] = []
        var instance: TestInstance?
        for _ in 0..<3 {
            async let result = server.invoke(function: "f", payload: Array("{}".utf8))
            if instance == nil { instance = await spawner.next() }
            let running = try #require(instance)
            let next = try await running.next()
            try await running.respond(next.requestID, "1")
            ids.append(try await result.requestID)
        }
        #expect(server.invocations.map(\.id) == ids.suffix(2))
        server.stop()
        #expect(archive.isEmpty)
    }
}

/// Takes a streamed answer and counts it.
private final class CountingSink: ResponseSink {
    let byteCount = Locked(0)
    func begin(contentType: String) {}
    func write(
        _ piece: UnsafeRawBufferPointer, whenDrained: @escaping @Sendable () -> Void
    ) -> Bool {
        byteCount.withLock { $0 += piece.count }
        return false
    }
}
