import HTTPClient
import LambdaRuntime
import StrictJSON
import TTSR
import TestSupport
import Testing

@testable import OutboxRetryFunction

@Suite("Sample events")
struct SampleEventTests {
    @Test("Every sample of these functions is one of those that are answered here")
    func complete() throws {
        let answered = Set(SampleAnswers.requests.map(\.name) + SampleAnswers.drains)
        let functions = Set(answered.map(Sample.function(of:)))
        let samples = try Sample.names().filter { functions.contains(Sample.function(of: $0)) }
        #expect(samples == answered)
    }

    @Test("Every request is answered as its name says", arguments: SampleAnswers.requests)
    func answered(_ expected: SampleAnswers.Request) async throws {
        let (name, code) = (expected.name, expected.code)
        let harness = try Harness()
        let token = try await harness.token("demo-app", secret: "demo-secret")
        if name == "getEvent" {
            let scored = try await harness.answer(Sample.request("score", token: token))
            #expect(scored.statusCode == 200)
        }
        let response = try await harness.answer(Sample.request(name, token: token))
        #expect(response.statusCode == expected.status)
        let body = try json(response)
        #expect(body["code"]?.string == code)
        let type = code == nil ? "application/json" : "application/problem+json"
        #expect(response.headers["Content-Type"] == type)
        #expect(
            response.headers["X-Amzn-Trace-Id"] == "Root=1-6740e2a0-0123456789abcdef01234567")
        if code != nil {
            #expect(body["status"] == .number(JSONNumber(Int64(expected.status))))
            #expect(body["trace_id"] == "1-6740e2a0-0123456789abcdef01234567")
        }
    }

    @Test("Every form of invocation delivers what is due", arguments: SampleAnswers.drains)
    func invoked(name: String) async throws {
        let harness = try Harness()
        try await harness.addEndpoint("ep_1")
        let token = try await harness.token("demo-app")
        _ = try await harness.answer(Sample.request("score", token: token))
        let counts = try await OutboxRetryHandler(harness.service).drain(
            JSONValue(lambdaPayload: Sample.bytes(name)), harness.context())
        #expect(
            counts == [
                "delivered": 1, "rescheduled": 0, "dead": 0, "parked": 0, "cancelled": 0,
                "lost": 0,
            ])
        #expect(harness.sent.requests.map(\.url) == ["https://receiver.example/ep_1"])
    }
}
