package import Records
import Scorecard
import StrictJSON
package import TableStore
import Webhooks

/// How the service and what it stands on are doing.
package struct HealthReport: Sendable, Hashable {
    /// Whether the store answers.
    package let isStoreUp: Bool
    /// The report as JSON text.
    package let body: String

    /// Asks every component.
    ///
    /// - Parameters:
    ///   - card: the card in force.
    ///   - clock: measures the store's round trip.
    ///   - open: gives the store, or says why it is away.
    package init(
        card: PublishedCard, clock: WallClock,
        open: () throws(TableStoreError) -> any TableStore
    ) async {
        let startedMs = clock.nowMs()
        var store: [JSONMember]
        var outbox: [JSONMember]
        do throws(TableStoreError) {
            let queue = WebhookOutbox(store: try open())
            let backlog = try await queue.list(.pending, limit: Self.countMax)
            let dead = try await queue.list(.dead, limit: Self.countMax)
            let nowMs = clock.nowMs()
            let oldestMs = backlog.deliveries.map { nowMs - $0.createdAtMs }.max() ?? 0
            store = [
                JSONMember("status", "up"),
                JSONMember("round_trip_ms", Self.number(nowMs - startedMs)),
            ]
            outbox = [
                JSONMember("status", dead.deliveries.isEmpty ? "up" : "attention"),
                JSONMember("backlog", Self.count(backlog.deliveries.count)),
                JSONMember("oldest_age_ms", Self.number(max(0, oldestMs))),
                JSONMember("dead", Self.count(dead.deliveries.count)),
            ]
            isStoreUp = true
        } catch {
            store = [JSONMember("status", "down"), JSONMember("code", .string(error.code))]
            outbox = [JSONMember("status", "unknown")]
            isStoreUp = false
        }
        let scorecard = [
            JSONMember("status", "up"), JSONMember("id", .string(card.card.id)),
            JSONMember("version", .string(card.card.version)),
            JSONMember("hash", .string(card.hash)),
        ]
        let document = JSONValue.object([
            JSONMember("status", isStoreUp ? "up" : "down"),
            JSONMember("version", .string(Service.version)),
            JSONMember("time", .string(Timestamp.text(clock.nowMs()))),
            JSONMember(
                "components",
                .object([
                    JSONMember("scorecard", .object(scorecard)),
                    JSONMember("store", .object(store)), JSONMember("outbox", .object(outbox)),
                ])),
        ])
        body = String(decoding: document.serialized(), as: UTF8.self)
    }

    /// A backlog of more than this is told as this.
    private static let countMax = 1_000

    private static func number(_ value: Int64) -> JSONValue { .number(JSONNumber(value)) }
    private static func count(_ value: Int) -> JSONValue { number(Int64(value)) }
}
