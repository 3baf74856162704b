import Records
import TTSR
import TableStore
import Webhooks

/// `ttsr outbox ...`
enum OutboxCommand {
    static func list(_ arguments: inout Arguments) async throws {
        let location = try arguments.storeLocation()
        let name = try arguments.value("--state") ?? "pending"
        guard let state = WebhookDelivery.State(rawValue: name),
            [.pending, .dead, .parked].contains(state)
        else { throw UsageError("--state must be pending, dead or parked") }
        let limit = try arguments.number("--limit", 1...1_000) ?? 100
        try arguments.finish()
        let page = try await WebhookOutbox(store: location.open()).list(state, limit: Int(limit))
        Output.table(
            [["DELIVERY", "ENDPOINT", "TYPE", "ATTEMPTS", "LAST FAILURE", "DUE"]]
                + page.deliveries.map {
                    [
                        $0.id, $0.endpointID, $0.eventType, String($0.attempts),
                        $0.lastFailure.isEmpty ? "-" : $0.lastFailure, Timestamp.text($0.dueAtMs),
                    ]
                })
        if page.next != nil { Output.error("there are more: raise --limit") }
    }

    static func redrive(_ arguments: inout Arguments) async throws {
        let location = try arguments.storeLocation()
        let all = !arguments.values("--all").isEmpty
        let id = arguments.optionalWord()
        try arguments.finish()
        guard all != (id != nil) else { throw UsageError("redrive takes one ID, or --all") }
        let outbox = WebhookOutbox(store: try location.open())
        var wanted: [WebhookDelivery] = []
        if let id {
            guard let delivery = try await outbox.delivery(id) else {
                throw CommandFailure("there is no delivery with this id")
            }
            guard delivery.state == .dead || delivery.state == .parked else {
                throw CommandFailure("the delivery is \(delivery.state.rawValue)")
            }
            wanted = [delivery]
        } else {
            wanted = try await everything(.dead, in: outbox) + everything(.parked, in: outbox)
        }
        var count = 0
        for delivery in wanted
        where try await outbox.redrive(
            delivery, actor: "operator", atMs: WallClock.system.nowMs())
        {
            count += 1
        }
        Output.line("redriven: \(count)")
    }

    private static func everything(
        _ state: WebhookDelivery.State, in outbox: WebhookOutbox
    ) async throws -> [WebhookDelivery] {
        var deliveries: [WebhookDelivery] = []
        var after: Item?
        repeat {
            let page = try await outbox.list(state, after: after)
            deliveries += page.deliveries
            after = page.next
        } while after != nil
        return deliveries
    }
}
