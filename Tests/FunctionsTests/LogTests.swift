import LambdaRuntime
import StrictJSON
import TTSR
import Testing

@testable import OutboxRetryFunction
@testable import ScoreFunction

@Suite("What is logged, and told of a trace")
struct LogTests {
    @Test("No signal, secret, token or key is in any line")
    func nothingSecret() async throws {
        let harness = try Harness()
        try await harness.addEndpoint("ep_1")
        let token = try await harness.token("demo-app", secret: "demo-secret")
        for name in try Sample.names() where !name.hasPrefix("outboxRetry") {
            _ = try await harness.answer(Sample.request(name, token: token))
        }
        _ = try await harness.score(
            #"{"source":"bus","signals":{"delay":0.471147}}"#, token: token, key: "my-key-4711")
        _ = try await harness.score("{4711", token: "4711.4711.4711", key: "my-key-4711")
        _ = try await OutboxRetryHandler(harness.service).drain([:], harness.context())
        let text = harness.log.text
        let samples = try Sample.names().count
        #expect(text.split(separator: "\n").count >= samples - 2)
        for secret in [
            "4711", token, "Bearer", "demo-secret", "not-the-secret", "whsec_", "very late",
            "my-key", "PRIVATE",
        ] {
            #expect(!text.contains(secret))
        }
        for line in text.split(separator: "\n") {
            let entry = try StrictJSON.parse(Array(line.utf8))
            #expect(entry["requestId"] == "request-1")
        }
    }

    @Test(
        "Only a well-formed trace id is taken; else the request's own id stands for it",
        arguments: [
            (
                "Root=1-6740e2a0-0123456789abcdef01234567;Parent=1;Sampled=1",
                "1-6740e2a0-0123456789abcdef01234567"
            ),
            (
                "Sampled=0;Root=1-6740e2a0-0123456789abcdef01234567",
                "1-6740e2a0-0123456789abcdef01234567"
            ),
            ("Root=Jane Doe", "request-1"), ("Root=", "request-1"), ("", "request-1"),
            ("Root=2-6740e2a0-0123456789abcdef01234567", "request-1"),
            ("Root=1-6740e2a0-0123456789ABCDEF01234567", "request-1"),
            ("Root=1-6740e2a0-0123456789abcdef012345678", "request-1"),
            ("Root=1-6740e2a0-0123456789abcdef0123456\r", "request-1"),
            ("Root=1-6740e2a0-0123456789abcdef01234567-", "request-1"),
        ])
    func traceID(header: String, expected: String) async throws {
        let harness = try Harness()
        var request = try Sample.request("score", token: await harness.token())
        request.headers["idempotency-key"] = "k"
        let response = try await ScoreHandler(harness.service).answer(
            request, harness.context(trace: header))
        #expect(response.headers["X-Amzn-Trace-Id"] == "Root=\(expected)")
        #expect(try json(response)["trace_id"]?.string == expected)
    }
}
