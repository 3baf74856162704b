import Crypto
import HTTPClient
import Records
import StrictJSON

/// What one attempt came to, and what follows from it.
struct DeliveryOutcome {
    /// The delivery in its new state.
    var delivery: WebhookDelivery
    /// What the audit trail tells, if anything.
    var fact: AuditFact?
    /// The whole endpoint waits until then, in milliseconds since 1970; 0 if it does not.
    var pauseUntilMs: Int64 = 0
    /// The receiver said that it is gone.
    var isGone = false
}

/// Judges attempts: 200 to 299 is success and nothing else is; a redirect is a failure.
struct DeliveryJudge {
    let policy: RetryPolicy
    let random: RandomSource
    let actor: String
    let nowMs: Int64

    /// Judges one attempt.
    ///
    /// - Parameter held: as it was claimed, this attempt counted.
    func judge(
        _ held: WebhookDelivery, _ result: Result<HTTPResponse, HTTPClientError>
    ) -> DeliveryOutcome {
        switch result {
        case .success(let response) where (200...299).contains(response.status):
            var delivered = held
            delivered.state = .delivered
            delivered.lastFailure = ""
            return DeliveryOutcome(
                delivery: delivered, fact: fact("delivered", delivered, status: response.status))
        case .success(let response) where response.status == 410:
            return gone(held)
        case .success(let response):
            let asksToWait = response.status == 429 || response.status == 503
            let wait = response.field("retry-after")
                .flatMap { asksToWait ? RetryAfter.milliseconds($0, nowMs: nowMs) : nil }
            return failed(held, "http_\(response.status)", retryAfterMs: wait)
        case .failure(let error):
            return failed(held, error.code.rawValue, retryAfterMs: nil)
        }
    }

    /// Keeps a delivery whose endpoint is disabled; the attempt that was not made is not counted.
    func park(_ held: WebhookDelivery) -> DeliveryOutcome {
        uncounted(held, .parked, "delivery_parked")
    }

    /// Ends a delivery whose endpoint was removed.
    func cancel(_ held: WebhookDelivery) -> DeliveryOutcome {
        uncounted(held, .cancelled, "delivery_cancelled")
    }

    /// Ends a delivery whose attempts were all begun, and whose last was never recorded: a worker
    /// that it brings down each time must not be brought down for ever.
    func exhausted(_ held: WebhookDelivery) -> DeliveryOutcome {
        var last = held
        last.lastFailure = "unfinished"
        return uncounted(last, .dead, "delivery_dead")
    }

    /// Puts a delivery off because its receiver has asked for a pause.
    func wait(_ held: WebhookDelivery, untilMs: Int64) -> DeliveryOutcome {
        var waiting = held
        waiting.attempts -= 1
        waiting.dueAtMs = untilMs
        return DeliveryOutcome(delivery: waiting, fact: nil)
    }

    private func uncounted(
        _ held: WebhookDelivery, _ state: WebhookDelivery.State, _ type: String
    ) -> DeliveryOutcome {
        var ended = held
        ended.state = state
        ended.attempts -= 1
        ended.dueAtMs = nowMs
        return DeliveryOutcome(delivery: ended, fact: fact(type, ended))
    }

    private func gone(_ held: WebhookDelivery) -> DeliveryOutcome {
        var parked = held
        parked.state = .parked
        parked.dueAtMs = nowMs
        parked.lastFailure = "http_410"
        return DeliveryOutcome(
            delivery: parked, fact: fact("delivery_parked", parked, status: 410), isGone: true)
    }

    private func failed(
        _ held: WebhookDelivery, _ failure: String, retryAfterMs: Int64?
    ) -> DeliveryOutcome {
        var next = held
        next.lastFailure = failure
        let pauseMs = retryAfterMs.map { min($0, policy.retryAfterMaxMs) } ?? 0
        let pauseUntilMs = pauseMs > 0 ? nowMs + pauseMs : 0
        let decision = policy.decide(
            afterAttempt: held.attempts, retryAfterMs: retryAfterMs, random: random)
        guard case .retry(let afterMs) = decision else {
            next.state = .dead
            next.dueAtMs = nowMs
            return DeliveryOutcome(
                delivery: next, fact: fact("delivery_dead", next), pauseUntilMs: pauseUntilMs)
        }
        next.dueAtMs = nowMs + afterMs
        return DeliveryOutcome(
            delivery: next, fact: fact("delivery_failed", next, retryAtMs: next.dueAtMs),
            pauseUntilMs: pauseUntilMs)
    }

    private func fact(
        _ type: String, _ delivery: WebhookDelivery, status: Int? = nil, retryAtMs: Int64? = nil
    ) -> AuditFact {
        var details = [
            JSONMember("delivery_id", .string(delivery.id)),
            JSONMember("endpoint_id", .string(delivery.endpointID)),
            JSONMember("message_id", .string(delivery.messageID)),
            JSONMember("attempt", .number(JSONNumber(delivery.attempts))),
        ]
        if let status { details.append(JSONMember("status", .number(JSONNumber(Int64(status))))) }
        if !delivery.lastFailure.isEmpty, status == nil {
            details.append(JSONMember("failure", .string(delivery.lastFailure)))
        }
        if let retryAtMs {
            details.append(JSONMember("retry_at", .string(Timestamp.text(retryAtMs))))
        }
        return AuditFact(type, actor: actor, details: details)
    }
}
