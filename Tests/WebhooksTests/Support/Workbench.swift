import TestSupport
import Crypto
import HTTPClient
import Records
import StrictJSON
import Synchronization
import TableStore
import TextEncoding

@testable import Webhooks

/// A real store on a file of its own, a clock that a test moves, and scripted receivers.
final class Workbench: Sendable {
    static let tenant = "acme"
    static let events = TableDefinition(
        name: "events", partitionKey: KeyAttribute(name: "event"),
        sortKey: KeyAttribute(name: "entry"))

    let clock = TestClock(ms: TestClock.newYearMs)
    let store: SQLiteStore
    let receivers: FakeReceivers
    let folder: TemporaryFolder
    private let count = Atomic(0)

    init(receivers: FakeReceivers = FakeReceivers()) throws {
        folder = try TemporaryFolder()
        self.receivers = receivers
        let clock = clock
        store = try SQLiteStore(
            path: folder.path + "/tables.sqlite", tables: [Self.events] + WebhookTables.all,
            now: { clock.nowMs })
    }

    /// A further store on the same file, as a second process would have it.
    func anotherStore() throws -> SQLiteStore {
        let clock = clock
        return try SQLiteStore(
            path: folder.path + "/tables.sqlite", tables: [Self.events] + WebhookTables.all,
            now: { clock.nowMs })
    }

    var outbox: WebhookOutbox { WebhookOutbox(store: store) }
    var endpoints: WebhookEndpoints { WebhookEndpoints(store: store) }

    /// A source whose two-byte draws, which spread the retries, are in the middle: no jitter.
    let random = RandomSource { count in
        count == 2 ? [0x80, 0x00] : RandomSource.system.bytes(count)
    }

    func drain(
        store: (any TableStore)? = nil, transport: WebhookTransport? = nil
    ) -> WebhookDrain {
        WebhookDrain(
            store: store ?? self.store, transport: transport ?? receivers.transport,
            clock: clock.clock, random: random, actor: "function:outboxRetry")
    }

    /// Runs a drain for which time does not run out.
    @discardableResult
    func run(transport: WebhookTransport? = nil) async throws -> DrainReport {
        try await drain(transport: transport).run(until: .max)
    }

    func next(_ prefix: String) -> String {
        let number = count.add(1, ordering: .relaxed).newValue
        return prefix + String(repeating: "0", count: 6 - String(number).count) + String(number)
    }
}

extension Workbench {
    static let secret = WebhookSecret(text: "whsec_" + Base64.encode(Array(0..<32)))
    static let olderSecret = WebhookSecret(text: "whsec_" + Base64.encode(Array(100..<132)))

    func addEndpoint(
        _ url: String = "https://receiver.example/hook",
        secrets: [WebhookSecret] = [secret].compactMap(\.self)
    ) async throws -> WebhookEndpoint {
        guard let url = WebhookURL(text: url) else { throw TableStoreError.invalid("url") }
        let endpoint = WebhookEndpoint(
            id: next("ep_"), tenant: Self.tenant, url: url, eventTypes: ["risk.scored"],
            secrets: secrets, createdAtMs: clock.nowMs)
        try await endpoints.add(endpoint, actor: "operator")
        return endpoint
    }

    /// Stores an event with its trail and a delivery for each endpoint, all in one transaction.
    @discardableResult
    func enqueue(
        to endpoints: WebhookEndpoint..., text: String = "hello"
    ) async throws -> [WebhookDelivery] {
        let id = next("evt_")
        let subject = AuditSubject.event(tenant: Self.tenant, id: id)
        let entry = AuditEntry(
            AuditFact("scored", actor: "client:test"), atMs: clock.nowMs, subject: subject,
            after: .genesis)
        let message = WebhookMessage(
            id: id, type: "risk.scored", createdAtMs: clock.nowMs,
            data: ["text": .string(text)])
        let deliveries = endpoints.map {
            WebhookDelivery(
                id: next("dlv_"), message: message, endpoint: $0, subject: subject,
                createdAtMs: clock.nowMs)
        }
        try await store.transact(
            [
                .put(
                    subject.headKey.merging(AuditTrail.headAttributes(entry)) { $1 },
                    into: subject.table, condition: .absent("entry")),
                AuditTrail(subject).write(entry),
            ] + deliveries.map(WebhookOutbox.enqueue))
        return deliveries
    }

    /// Stores many events with one delivery each.
    func enqueue(_ count: Int, to endpoint: WebhookEndpoint) async throws -> [WebhookDelivery] {
        var deliveries: [WebhookDelivery] = []
        for _ in 0..<count { deliveries += try await enqueue(to: endpoint) }
        return deliveries
    }

    /// A delivery as it is stored now.
    func stored(_ delivery: WebhookDelivery) async throws -> WebhookDelivery? {
        try await outbox.delivery(delivery.id)
    }

    /// The types of a subject's audit entries, oldest first; nil if the trail does not hold.
    func trail(of subject: AuditSubject) async throws -> [String]? {
        let trail = AuditTrail(subject)
        guard case .holds = try await trail.verify(in: store) else { return nil }
        return try await trail.documents(in: store).compactMap { $0["type"]?.string }
    }
}
