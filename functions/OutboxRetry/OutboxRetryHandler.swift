import LambdaRuntime
import StrictJSON
import TTSR
import Webhooks

/// Drains the outbox and tells what it did, in counts.
struct OutboxRetryHandler: Sendable {
    private let service: Service

    init(_ service: Service) {
        self.service = service
    }

    /// Delivers until nothing is due, or the invocation's time is nearly up.
    ///
    /// - Parameter event: a schedule, a table stream's records, or anything: what is due is read
    ///   from the outbox, so an event can be lost, repeated or late without harm.
    /// - Returns: `{"delivered", "rescheduled", "dead", "parked", "cancelled", "lost"}`.
    func drain(_ event: JSONValue, _ context: LambdaContext) async throws -> JSONValue {
        let drain = WebhookDrain(
            store: try service.provider.store(), transport: service.transport,
            clock: service.clock, random: service.random, actor: "function:outboxRetry")
        // A batch that has begun may take 15 s for its slowest receiver, and then its outcome is
        // recorded: begin none later than that.
        let report = try await drain.run(until: context.deadline - 20_000)
        let counts: [(name: String, count: Int)] = [
            ("delivered", report.delivered), ("rescheduled", report.rescheduled),
            ("dead", report.dead), ("parked", report.parked), ("cancelled", report.cancelled),
            ("lost", report.lost),
        ]
        let answer = JSONValue.object(
            counts.map { JSONMember($0.name, .number(JSONNumber(Int64($0.count)))) })
        context.logger.info("drained", ["counts": answer])
        return answer
    }
}
