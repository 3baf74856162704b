import Testing

@testable import LambdaEmulator

@Suite("Asynchronous policy")
struct AsynchronousPolicyTests {
    private let policy = AsynchronousPolicy()

    private func event(
        attempts: Int = 0, throttles: Int = 0, acceptedMs: Int64 = 0
    ) -> AsynchronousEvent {
        AsynchronousEvent(
            requestID: "r", function: "f", origin: .asynchronous, traceID: "t", tenantID: nil,
            payload: [], acceptedMs: acceptedMs, dueMs: acceptedMs, attempts: attempts,
            throttles: throttles)
    }

    private func outcome(_ errorType: String?) -> InvocationOutcome {
        .completed(
            InvocationResult(
                requestID: "r", payload: [], contentType: nil,
                failure: errorType.map { InvocationFailure(kind: .function, errorType: $0) },
                isStreamed: false, report: InvocationReport(memoryMB: 128, peakMemoryMB: 0),
                log: []))
    }

    @Test("a failure is tried again after one minute, then after two, then no more")
    func retries() {
        let failed = outcome("Function.E")
        #expect(
            policy.step(after: failed, of: event(), nowMs: 5)
                == .again(dueMs: 60_005, attempts: 1, throttles: 0))
        #expect(
            policy.step(after: failed, of: event(attempts: 1, throttles: 3), nowMs: 5)
                == .again(dueMs: 120_005, attempts: 2, throttles: 0))
        #expect(
            policy.step(after: failed, of: event(attempts: 2), nowMs: 5)
                == .ended(.retriesExhausted))
        let once = AsynchronousPolicy(retryAttemptsMax: 0)
        #expect(once.step(after: failed, of: event(), nowMs: 5) == .ended(.retriesExhausted))
        #expect(policy.step(after: outcome(nil), of: event(), nowMs: 5) == .succeeded)
        #expect(policy.step(after: .refused(.stopping), of: event(), nowMs: 5) == .left)
    }

    @Test(
        "a call that was not run comes back after 1 s, doubled up to 5 minutes, at no attempt",
        arguments: [
            (0, 1_000), (1, 2_000), (7, 128_000), (8, 256_000), (9, 300_000), (99, 300_000),
        ]
    )
    func comesBack(throttles: Int, waitMs: Int64) {
        for outcome in [.refused(.throttled(isReserved: true)), outcome("Sandbox.Failure")] {
            #expect(
                policy.step(
                    after: outcome, of: event(attempts: 1, throttles: throttles), nowMs: 7)
                    == .again(dueMs: 7 + waitMs, attempts: 1, throttles: throttles + 1))
        }
    }

    @Test(
        "a retry that would come too late does not come; a throttled one comes at the last moment")
    func ages() {
        let short = AsynchronousPolicy(eventAgeMaxMs: 60_000)
        #expect(
            short.step(after: outcome("E"), of: event(), nowMs: 0)
                == .again(dueMs: 60_000, attempts: 1, throttles: 0))
        #expect(
            short.step(after: outcome("E"), of: event(), nowMs: 1) == .ended(.eventAgeExceeded))
        #expect(
            short.step(
                after: .refused(.throttled(isReserved: true)), of: event(throttles: 9), nowMs: 1)
                == .again(dueMs: 60_000, attempts: 0, throttles: 10))
        #expect(!short.isExpired(event(), nowMs: 59_999))
        #expect(short.isExpired(event(), nowMs: 60_000))
        #expect(
            short.step(after: .refused(.throttled(isReserved: true)), of: event(), nowMs: 70_000)
                == .again(dueMs: 70_000, attempts: 0, throttles: 1))
    }

    @Test("a failure's message is its JSON's, cut after a kilobyte between characters")
    func reads() {
        func error(_ payload: String) -> EventError {
            EventError(
                of: InvocationResult(
                    requestID: "", payload: Array(payload.utf8), contentType: nil,
                    failure: InvocationFailure(kind: .function, errorType: "E"),
                    isStreamed: false, report: InvocationReport(memoryMB: 1, peakMemoryMB: 0),
                    log: []))
        }
        #expect(error(#"{"errorMessage":"m"}"#) == EventError(type: "E", message: "m"))
        #expect(error("no JSON") == EventError(type: "E", message: ""))
        let long = EventError(type: "E", message: "a" + String(repeating: "é", count: 600))
        #expect(long.message.utf8.count == 1_023)
    }
}
