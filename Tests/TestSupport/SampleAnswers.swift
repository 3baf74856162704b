/// What the functions answer to the project's sample events, wherever they run.
package enum SampleAnswers {
    /// The answer to one sample that is an HTTP request.
    package struct Request: Sendable {
        /// The sample's file name without `.json`.
        package let name: String
        package let status: Int
        /// The problem's code, if it is one.
        package let code: String?

        fileprivate init(_ name: String, _ status: Int, _ code: String? = nil) {
            self.name = name
            self.status = status
            self.code = code
        }
    }

    /// What a sample has where a token belongs.
    package static let tokenPlace = "put-a-token-here"

    /// An order in which each finds what it needs: a token is issued and an event scored first.
    package static let requests = [
        Request("token", 200), Request("token-keys", 200),
        Request("token-wrong-secret", 401, "invalid_client"),
        Request("token-unknown-scope", 400, "invalid_scope"),
        Request("score", 200), Request("score-missing-signal", 200),
        Request("score-malformed", 400, "malformed_json"),
        Request("score-duplicate-field", 400, "malformed_json"),
        Request("score-unknown-field", 422, "validation_failed"),
        Request("score-free-text", 422, "validation_failed"),
        Request("score-out-of-range", 422, "validation_failed"),
        Request("score-exponent", 422, "validation_failed"),
        Request("score-no-signals", 422, "validation_failed"),
        Request("score-no-key", 400, "idempotency_key_required"),
        Request("getEvent", 200), Request("getEvent-unknown", 404, "event_not_found"),
        Request("getEvent-no-token", 401, "token_required"),
        Request("webhookTest", 404, "endpoint_not_found"),
        Request("webhookTest-unknown-field", 422, "validation_failed"),
        Request("health", 200), Request("health-unknown-route", 404, "route_not_found"),
        Request("health-wrong-method", 405, "method_not_allowed"),
    ]

    /// Samples of the events that drain the outbox: the answer counts what became of each row.
    package static let drains = ["outboxRetry", "outboxRetry-stream", "outboxRetry-direct"]
    package static let drainCounts = [
        "delivered", "rescheduled", "dead", "parked", "cancelled", "lost",
    ]
}
