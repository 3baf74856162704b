import HTTPClient
import LambdaRuntime
import StrictJSON
import TTSR
import Testing

@testable import OutboxRetryFunction

@Suite("Sample events")
struct SampleEventTests {
    /// What each sample is answered: status, and the problem's code if it is one.
    private static let requests: [(name: String, status: Int, code: String?)] = [
        ("score", 200, nil), ("score-missing-signal", 200, nil),
        ("score-malformed", 400, "malformed_json"),
        ("score-duplicate-field", 400, "malformed_json"),
        ("score-unknown-field", 422, "validation_failed"),
        ("score-free-text", 422, "validation_failed"),
        ("score-out-of-range", 422, "validation_failed"),
        ("score-exponent", 422, "validation_failed"),
        ("score-no-signals", 422, "validation_failed"),
        ("score-no-key", 400, "idempotency_key_required"),
        ("getEvent", 200, nil), ("getEvent-unknown", 404, "event_not_found"),
        ("getEvent-no-token", 401, "token_required"),
        ("webhookTest", 404, "endpoint_not_found"),
        ("webhookTest-unknown-field", 422, "validation_failed"),
        ("token", 200, nil), ("token-keys", 200, nil),
        ("token-wrong-secret", 401, "invalid_client"),
        ("token-unknown-scope", 400, "invalid_scope"),
        ("health", 200, nil), ("health-unknown-route", 404, "route_not_found"),
        ("health-wrong-method", 405, "method_not_allowed"),
    ]
    private static let invocations = ["outboxRetry", "outboxRetry-stream", "outboxRetry-direct"]

    @Test("Every sample of these functions is one of those that are answered here")
    func complete() throws {
        let answered = Set(Self.requests.map(\.name) + Self.invocations)
        let functions = Set(answered.map(Sample.function(of:)))
        let samples = try Sample.names().filter { functions.contains(Sample.function(of: $0)) }
        #expect(samples == answered)
    }

    @Test("Every request is answered as its name says", arguments: requests)
    func answered(name: String, status: Int, code: String?) async throws {
        let harness = try Harness()
        let token = try await harness.token("demo-app", secret: "demo-secret")
        if name == "getEvent" {
            let scored = try await harness.answer(Sample.request("score", token: token))
            #expect(scored.statusCode == 200)
        }
        let response = try await harness.answer(Sample.request(name, token: token))
        #expect(response.statusCode == status)
        let body = try json(response)
        #expect(body["code"]?.string == code)
        let type = code == nil ? "application/json" : "application/problem+json"
        #expect(response.headers["Content-Type"] == type)
        #expect(
            response.headers["X-Amzn-Trace-Id"] == "Root=1-6740e2a0-0123456789abcdef01234567")
        if code != nil {
            #expect(body["status"] == .number(JSONNumber(Int64(status))))
            #expect(body["trace_id"] == "1-6740e2a0-0123456789abcdef01234567")
        }
    }

    @Test("Every form of invocation delivers what is due", arguments: invocations)
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
