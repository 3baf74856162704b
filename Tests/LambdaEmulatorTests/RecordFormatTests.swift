import Testing

@testable import LambdaEmulator

@Suite("Recorded lines")
struct RecordFormatTests {
    private func read(_ line: [UInt8]) -> RecordedInvocation? {
        guard case .invocation(let invocation)? = RecordFormat.read(line.dropLast()) else {
            return nil
        }
        return invocation
    }

    @Test(
        "an invocation is read as it was written, whatever its bytes",
        arguments: [
            Array("{\"a\": \"\\u00e9\\n\"}".utf8), Array("é\u{1}\u{7F}\"\\\t".utf8), [],
            [0xFF, 0x00, 0xFE], Array(repeating: 0x22, count: 5_000),
        ])
    func roundTrip(bytes: [UInt8]) throws {
        let failure = InvocationFailure(kind: .timeout, errorType: "Sandbox.Timedout")
        let written = recorded(
            "r-1", event: bytes, answer: bytes.reversed(), failure: failure, log: bytes)
        let invocation = try #require(read(recordLine(written)))
        #expect(invocation.id == "r-1")
        #expect(invocation.function == "f")
        #expect(invocation.origin == .route("GET /a:b"))
        #expect(invocation.traceID == "Root=1")
        #expect(invocation.acceptedMs == 5)
        #expect(invocation.endedMs == 7)
        #expect(invocation.event == bytes)
        #expect(invocation.isEventComplete)
        #expect(invocation.isAnswerComplete)
        #expect(invocation.result.payload == bytes.reversed())
        #expect(invocation.result.log == bytes)
        #expect(invocation.result.failure == failure)
        #expect(invocation.result.explanation == "why: Sandbox.Timedout")
        #expect(invocation.result.contentType == "text/plain")
        #expect(invocation.result.isStreamed)
        #expect(invocation.result.report == written.result.report)
    }

    @Test("the figures are read without the rest")
    func summary() throws {
        let line = recordLine(recorded("r-1", event: Array(#"{","event":"x"}"#.utf8)))
        guard case .invocation(let summary)? = RecordFormat.readSummary(line.dropLast()) else {
            Issue.record("no invocation")
            return
        }
        #expect(summary.id == "r-1")
        #expect(summary.result.report.durationNs == 1_234_567)
        #expect(summary.event.isEmpty)
        #expect(summary.eventBytes == 15)
    }

    @Test("a line that a crash has cut, or that is of a later version, is none")
    func cutLines() {
        let line = recordLine(recorded("r-1"))
        for count in 0..<(line.count - 1) {
            #expect(read(Array(line[...count])) == nil, "\(count) bytes")
        }
        let later = Array(
            String(decoding: line, as: UTF8.self).replacing("\"v\":1", with: "\"v\":2").utf8)
        #expect(read(later) == nil)
    }

    @Test("lines are visited from the last, for as long as wanted, and only whole ones")
    func visits() {
        let lines = Array("one\ntwo\n\nthree\nfou".utf8)
        var seen: [String] = []
        let isDone = RecordFormat.visitNewestFirst(lines) { line in
            seen.append(String(decoding: line, as: UTF8.self))
            return seen.count < 3
        }
        #expect(seen == ["three", "", "two"])
        #expect(!isDone)
        #expect(RecordFormat.visitNewestFirst([]) { _ in false })
    }

    @Test("every origin is read as it was written")
    func origins() {
        let origins: [InvocationOrigin] = [
            .invoke, .route("GET /v1/{id}"), .functionURL, .asynchronous, .schedule("s:1"),
            .stream("T"), .queue(""), .authorizer,
        ]
        for origin in origins {
            #expect(InvocationOrigin(origin.description) == origin)
        }
        #expect(InvocationOrigin("other") == nil)
        #expect(InvocationOrigin("invoke:x") == nil)
        #expect(InvocationOrigin("") == nil)
    }
}

/// An invocation as a test wants it.
func recorded(
    _ id: String, event: [UInt8] = Array("{}".utf8), answer: [UInt8] = Array("1".utf8),
    failure: InvocationFailure? = nil, log: [UInt8] = [],
    origin: InvocationOrigin = .route("GET /a:b")
) -> RecordedInvocation {
    let report = InvocationReport(
        durationNs: 1_234_567, initNs: 89, memoryMB: 128, peakMemoryMB: 42)
    return RecordedInvocation(
        function: "f", origin: origin, traceID: "Root=1", acceptedMs: 5, endedMs: 7,
        event: event, eventBytes: event.count, answerBytes: answer.count,
        result: InvocationResult(
            requestID: id, payload: answer, contentType: "text/plain", failure: failure,
            isStreamed: true, report: report, log: log,
            explanation: failure.map { "why: \($0.errorType)" }))
}
