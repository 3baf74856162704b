package import Crypto
import HTTPClient
package import Records
package import TableStore

/// Delivers what is due: claims under a lease, signs, sends, and records what came of it.
///
/// Each endpoint is served by a task of its own, one batch at a time, so a receiver that hangs
/// holds up nobody but itself.
package struct WebhookDrain: Sendable {
    /// How long a claim is good for: four times the longest exchange, so a live worker's lease
    /// never runs out and needs no renewal.
    static let leaseMs: Int64 = 60_000
    /// How many deliveries to one endpoint are under way at once.
    static let batchMax = 16
    /// How many endpoints are served at once.
    static let endpointsMax = 32
    /// How many bytes of bodies one batch has at most: a claim of them is one transaction.
    static let batchBytesMax = 1 << 20
    /// How far the queue is searched after each batch, once something to do has been found in it:
    /// a long queue of an endpoint that is being served already hides nobody else's.
    static let searchMax = 1_000
    /// How often a longer queue is searched to its end, so that its beginning hides nothing.
    static let wholeSearchMs: Int64 = 5_000

    let store: any TableStore
    let transport: WebhookTransport
    let clock: WallClock
    let random: RandomSource
    let policy: RetryPolicy
    let actor: String
    let outbox: WebhookOutbox
    let endpoints: WebhookEndpoints
    let identifiers: IdentifierSource

    /// Makes a drain.
    ///
    /// - Parameters:
    ///   - store: has ``WebhookTables`` and the tables of the subjects that trails tell of.
    ///   - actor: who acts, in the audit trail.
    package init(
        store: any TableStore, transport: WebhookTransport, clock: WallClock,
        random: RandomSource, policy: RetryPolicy = .standard, actor: String
    ) {
        self.store = store
        self.transport = transport
        self.clock = clock
        self.random = random
        self.policy = policy
        self.actor = actor
        outbox = WebhookOutbox(store: store)
        endpoints = WebhookEndpoints(store: store)
        identifiers = IdentifierSource(clock: clock, random: random)
    }

    /// Delivers until nothing is due or the time is up.
    ///
    /// - Parameter deadlineMs: no batch is begun after this time, in milliseconds since 1970; one
    ///   that has begun may take 15 s more.
    /// - Throws: the first error of the store; what is held then falls due again by itself. An
    ///   endpoint whose deliveries cannot be recorded is left for the next run; the others go on.
    package func run(until deadlineMs: Int64) async throws(TableStoreError) -> DrainReport {
        let result = await withTaskGroup(
            of: (EndpointKey, Result<DrainReport, TableStoreError>).self,
            returning: Result<DrainReport, TableStoreError>.self
        ) { group in
            var serving: Set<EndpointKey> = []
            var report = DrainReport()
            var failure: TableStoreError?
            var failed: Set<EndpointKey> = []
            var isReadable = true
            var wholeSearchAtMs = Int64.min
            while true {
                var searchMax = Self.searchMax
                while isReadable, clock.nowMs() < deadlineMs {
                    do throws(TableStoreError) {
                        let (batches, isWhole) = try await due(
                            serving: serving, failed: failed, searchMax: searchMax)
                        for (key, batch) in batches {
                            serving.insert(key)
                            group.addTask { (key, await deliver(batch, to: key)) }
                        }
                        // What was found at the beginning is on its way before the rest is read.
                        if isWhole { wholeSearchAtMs = clock.nowMs() + Self.wholeSearchMs }
                        guard clock.nowMs() >= wholeSearchAtMs else { break }
                        searchMax = .max
                    } catch {
                        isReadable = false
                        failure = failure ?? error
                    }
                }
                guard let (key, result) = await group.next() else { break }
                serving.remove(key)
                switch result {
                case .success(let part): report.add(part)
                case .failure(let error):
                    failed.insert(key)
                    failure = failure ?? error
                }
            }
            return failure.map { .failure($0) } ?? .success(report)
        }
        return try result.get()
    }

    /// What is due, by endpoint: one batch for each that is not being served and has not failed;
    /// and whether the queue was searched to its end.
    private func due(
        serving: Set<EndpointKey>, failed: Set<EndpointKey>, searchMax: Int
    ) async throws(TableStoreError) -> (
        batches: [EndpointKey: [WebhookDelivery]], isWhole: Bool
    ) {
        var batches: [EndpointKey: [WebhookDelivery]] = [:]
        var after: Item?
        var bytes: [EndpointKey: Int] = [:]
        var searched = 0
        repeat {
            let page = try await outbox.list(.pending, dueBeforeMs: clock.nowMs(), after: after)
            for delivery in page.deliveries {
                let key = EndpointKey(tenant: delivery.tenant, id: delivery.endpointID)
                guard !serving.contains(key), !failed.contains(key),
                    batches[key, default: []].count < Self.batchMax,
                    batches[key] != nil || batches.count + serving.count < Self.endpointsMax,
                    batches[key] == nil
                        || bytes[key, default: 0] + delivery.body.utf8.count <= Self.batchBytesMax
                else { continue }
                batches[key, default: []].append(delivery)
                bytes[key, default: 0] += delivery.body.utf8.count
            }
            searched += page.deliveries.count
            after = page.next
        } while after != nil && (searched < searchMax || batches.isEmpty)
        return (batches, after == nil)
    }

    private func deliver(
        _ batch: [WebhookDelivery], to key: EndpointKey
    ) async -> Result<DrainReport, TableStoreError> {
        do throws(TableStoreError) {
            let now = clock.nowMs()
            let found = try await endpoints.endpoint(tenant: key.tenant, id: key.id)?.endpoint
            let held = try await outbox.claim(
                batch, lease: identifiers.make("lease_"), untilMs: now + Self.leaseMs)
            let outcomes = await outcomes(of: held, endpoint: found)
            return .success(try await record(outcomes, key: key))
        } catch {
            return .failure(error)
        }
    }

    private func outcomes(
        of held: [WebhookDelivery], endpoint: WebhookEndpoint?
    ) async -> [DeliveryOutcome] {
        let now = clock.nowMs()
        guard let endpoint else { return held.map(judge(at: now).cancel) }
        guard endpoint.state == .enabled else { return held.map(judge(at: now).park) }
        guard endpoint.pausedUntilMs <= now else {
            return held.map { judge(at: now).wait($0, untilMs: endpoint.pausedUntilMs) }
        }
        let spent = held.filter { $0.attempts > policy.attemptsMax }
        let live = held.filter { $0.attempts <= policy.attemptsMax }
        let results = await transport.send(live.map { request(for: $0, to: endpoint, atMs: now) })
        let after = judge(at: clock.nowMs())
        return spent.map(after.exhausted) + zip(live, results).map { after.judge($0, $1) }
    }

    private func judge(at nowMs: Int64) -> DeliveryJudge {
        DeliveryJudge(policy: policy, random: random, actor: actor, nowMs: nowMs)
    }

    private func request(
        for delivery: WebhookDelivery, to endpoint: WebhookEndpoint, atMs: Int64
    ) -> HTTPRequest {
        let body = Array(delivery.body.utf8)
        return HTTPRequest(
            method: "POST", url: endpoint.url.text,
            fields: [
                HTTPField("Content-Type", "application/json"),
                HTTPField("User-Agent", "TTSR-Webhooks/1"),
            ]
                + WebhookSignature.fields(
                    id: delivery.messageID, body: body, timestamp: atMs / 1_000,
                    secrets: endpoint.secrets),
            body: body)
    }
}

/// Names an endpoint.
struct EndpointKey: Hashable, Sendable {
    let tenant: String
    let id: String
}
