import TestSupport
import Glibc
import HTTPClient
import HTTPServer
import Locking
import Testing

@testable import LambdaEmulator

@Suite("Streamed answers")
struct StreamedAnswerTests {
    /// Takes an answer piece by piece.
    private final class Sink: ResponseSink {
        let pieces: AsyncStream<String>
        private let told: AsyncStream<String>.Continuation
        /// What to call when there is room again; nil takes everything at once.
        let drains = Locked<[@Sendable () -> Void]>([])
        let isSlow: Bool

        init(isSlow: Bool = false) {
            (pieces, told) = AsyncStream.makeStream()
            self.isSlow = isSlow
        }

        func begin(contentType: String) { told.yield("begin \(contentType)") }

        func write(
            _ piece: UnsafeRawBufferPointer, whenDrained: @escaping @Sendable () -> Void
        ) -> Bool {
            if isSlow { drains.withLock { $0.append(whenDrained) } }
            told.yield(String(decoding: piece, as: UTF8.self))
            return isSlow
        }
    }

    private let spawner = TestSpawner()
    private let clock = ManualClock()

    private func started(bytesMax: Int? = nil) throws -> EmulatorServer {
        let function = FunctionDefinition(name: "f", codeDirectory: "/none", timeoutMs: 3_000)
        var configuration = quietConfiguration(
            Template(functions: [function]), spawner: spawner, clock: clock.clock)
        if let bytesMax { configuration.limits.responseBytesMax = bytesMax }
        let server = EmulatorServer(configuration)
        try server.start()
        return server
    }

    /// Invokes the function with a sink; the answer comes in the stream.
    private func invoke(
        _ server: EmulatorServer, _ sink: Sink?
    ) throws -> AsyncStream<InvocationResult> {
        let pool = try #require(server.pool(named: "f"))
        let (results, told) = AsyncStream.makeStream(of: InvocationResult.self)
        let context = Invocation.Context(traceID: "Root=1", origin: .invoke)
        pool.invoke(
            Invocation(
                requestID: "8e5e7bf7", event: Array("{}".utf8), context: context, sink: sink
            ) { outcome in
                if case .completed(let result) = outcome { told.yield(result) }
            })
        return results
    }

    /// A runtime that streams, byte for byte.
    private func runtime(_ instance: TestInstance) throws -> RawConnection {
        let port = try #require(UInt16(instance.launch.runtimeAPI.split(separator: ":")[1]))
        return try #require(RawConnection(port: port))
    }

    /// A call that an instance has taken, and the connection on which it will answer.
    private func begun(
        _ server: EmulatorServer, _ sink: Sink?
    ) async throws -> (AsyncStream<InvocationResult>, TestInstance, RawConnection) {
        let results = try invoke(server, sink)
        let instance = try #require(await spawner.next())
        _ = try await instance.next()
        return (results, instance, try runtime(instance))
    }

    private static let head = """
        POST /2018-06-01/runtime/invocation/8e5e7bf7/response HTTP/1.1\r
        Host: h\r
        Content-Type: text/x-test\r
        Lambda-Runtime-Function-Response-Mode: streaming\r
        Transfer-Encoding: chunked\r
        Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r
        \r

        """

    @Test("pieces reach the caller while the function makes them, and 202 comes at the end")
    func streams() async throws {
        let server = try started()
        defer { server.stop() }
        let sink = Sink()
        let (results, instance, runtime) = try await begun(server, sink)
        var pieces = sink.pieces.makeAsyncIterator()
        runtime.send(Self.head + "3\r\none\r\n")
        #expect(await pieces.next() == "begin text/x-test")
        #expect(await pieces.next() == "one")
        // The answer is under way: no other one, and no error, is taken beside it.
        for action in ["response", "error"] {
            let second = try await instance.send("POST", "invocation/8e5e7bf7/\(action)", body: "2")
            #expect(second.status == 403)
            #expect(second.text.contains("InvalidStateTransition"))
        }
        runtime.send("3\r\ntwo\r\n0\r\n\r\n")
        #expect(await pieces.next() == "two")
        #expect(runtime.readResponse().hasPrefix("HTTP/1.1 202"))
        let result = try #require(await results.first { _ in true })
        #expect(result.isStreamed && result.failure == nil && result.payload.isEmpty)
    }

    @Test("the runtime waits while the caller does not take what it has made")
    func waits() async throws {
        let server = try started()
        defer { server.stop() }
        let sink = Sink(isSlow: true)
        let (results, _, runtime) = try await begun(server, sink)
        var pieces = sink.pieces.makeAsyncIterator()
        runtime.send(Self.head + "1\r\na\r\n")
        #expect(await pieces.next() == "begin text/x-test")
        #expect(await pieces.next() == "a")
        runtime.send("1\r\nb\r\n0\r\n\r\n")
        #expect(sink.drains.withLock { $0.count } == 1, "b is not read")
        sink.drains.withLock { $0.removeFirst() }()
        #expect(await pieces.next() == "b")
        sink.drains.withLock { $0.removeFirst() }()
        #expect(runtime.readResponse().hasPrefix("HTTP/1.1 202"))
        #expect(await results.first { _ in true }?.failure == nil)
    }

    @Test("without a sink the answer is put together")
    func buffers() async throws {
        let server = try started()
        defer { server.stop() }
        let (results, _, runtime) = try await begun(server, nil)
        runtime.send(Self.head + "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")
        #expect(runtime.readResponse().hasPrefix("HTTP/1.1 202"))
        let result = try #require(await results.first { _ in true })
        #expect(result.text == "onetwo")
        #expect(result.contentType == "text/x-test")
        #expect(!result.isStreamed)
    }

    @Test("an error in the trailers fails the call, with the error's JSON")
    func failsByTrailers() async throws {
        let server = try started()
        defer { server.stop() }
        let (results, _, runtime) = try await begun(server, Sink())
        runtime.send(
            Self.head + "1\r\na\r\n0\r\nLambda-Runtime-Function-Error-Type: Function.Broken\r\n"
                + "Lambda-Runtime-Function-Error-Body: eyJhIjoxfQ==\r\n\r\n")
        #expect(runtime.readResponse().hasPrefix("HTTP/1.1 202"))
        let result = try #require(await results.first { _ in true })
        #expect(result.failure == InvocationFailure(kind: .function, errorType: "Function.Broken"))
        #expect(result.text == #"{"a":1}"#)
        #expect(result.logText.contains("Status: error\tError Type: Function.Broken"))
    }

    @Test("an answer that breaks off fails the call")
    func failsWhenCut() async throws {
        let server = try started()
        defer { server.stop() }
        let (results, _, runtime) = try await begun(server, Sink())
        runtime.send(Self.head + "3\r\none\r\n")
        runtime.shutDown()
        let result = try #require(await results.first { _ in true })
        #expect(result.failure?.errorType == "Runtime.TruncatedResponse")
    }

    @Test("an answer that is too large fails the call at once, and the runtime is told 413")
    func limitsSize() async throws {
        let server = try started(bytesMax: 4)
        defer { server.stop() }
        let (results, _, runtime) = try await begun(server, nil)
        runtime.send(Self.head + "4\r\naaaa\r\n1\r\nb\r\n")
        let result = try #require(await results.first { _ in true })
        #expect(result.failure?.errorType == "Function.ResponseSizeTooLarge")
        #expect(result.text.contains("(4 bytes)"))
        runtime.send("0\r\n\r\n")
        let answer = runtime.readResponse()
        #expect(answer.hasPrefix("HTTP/1.1 413"))
        #expect(answer.contains("RequestEntityTooLarge"))
    }

    @Test("a timeout ends an answer that is under way")
    func timesOut() async throws {
        let server = try started()
        defer { server.stop() }
        let sink = Sink()
        let (results, _, runtime) = try await begun(server, sink)
        var pieces = sink.pieces.makeAsyncIterator()
        runtime.send(Self.head + "3\r\none\r\n")
        #expect(await pieces.next() == "begin text/x-test")
        #expect(await pieces.next() == "one")
        clock.advance(byMs: 3_000)
        server.clockChanged()
        let result = try #require(await results.first { _ in true })
        #expect(result.failure?.errorType == "Sandbox.Timedout")
        runtime.send("3\r\ntwo\r\n0\r\n\r\n")
        #expect(runtime.readResponse().hasPrefix("HTTP/1.1 400"))
    }
}
