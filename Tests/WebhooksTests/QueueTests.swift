import TestSupport
import HTTPClient
import Records
import StrictJSON
import TableStore
import Testing

@testable import Webhooks

/// How much of a long queue one batch takes, and how far a long queue is searched.
@Suite struct QueueTests {
    @Test("A batch has at most 1 MiB of bodies")
    func batchBytes() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let text = String(repeating: "x", count: 300_000)
        for _ in 0..<7 { try await bench.enqueue(to: endpoint, text: text) }
        #expect(try await bench.run() == DrainReport(delivered: 7))
        #expect(bench.receivers.batches == [3, 3, 1])
    }

    @Test("The bodies of one endpoint's batch take nothing from another's")
    func batchBytesOfOne() async throws {
        let bench = try Workbench()
        let endpoints = [
            try await bench.addEndpoint("https://one.example/"),
            try await bench.addEndpoint("https://two.example/"),
        ]
        let text = String(repeating: "x", count: 300_000)
        for _ in 0..<3 { try await bench.enqueue(to: endpoints[0], text: text) }
        for _ in 0..<3 { try await bench.enqueue(to: endpoints[1], text: text) }
        #expect(try await bench.run() == DrainReport(delivered: 6))
        #expect(bench.receivers.batches == [3, 3])
    }

    @Test(
        "Behind 1,100 deliveries of an endpoint that hangs, another's is found and sent",
        .timeLimit(.minutes(1)))
    func search() async throws {
        let hanging = HangingReceivers()
        let bench = try Workbench(receivers: hanging.receivers)
        let hangs = try await bench.addEndpoint(HangingReceivers.url)
        let last = try await bench.addEndpoint("https://last.example/")
        try await bench.queue(1_100, to: hangs)
        bench.clock.advance(ms: 1)
        try await bench.enqueue(to: last)
        async let report = bench.run()
        await hanging.waitForAnswer(of: last.url.text)
        #expect(hanging.receivers.count(hangs.url.text) == 16)
        hanging.release()
        #expect(try await report == DrainReport(delivered: 1, parked: 1_100))
    }

    @Test(
        "Behind a long queue, what was stored while a run goes on is found and sent",
        .timeLimit(.minutes(1)))
    func searchAgain() async throws {
        let hanging = HangingReceivers()
        let bench = try Workbench(receivers: hanging.receivers)
        let hangs = try await bench.addEndpoint(HangingReceivers.url)
        let first = try await bench.addEndpoint("https://first.example/")
        let last = try await bench.addEndpoint("https://last.example/")
        try await bench.enqueue(to: first)
        bench.clock.advance(ms: 1)
        try await bench.queue(1_100, to: hangs)
        bench.clock.advance(ms: 1)
        let drain = bench.drain(
            transport: WebhookTransport { requests in
                if requests[0].url == first.url.text {
                    _ = try? await bench.enqueue(to: last)
                }
                return await hanging.receivers.transport.send(requests)
            })
        async let report = drain.run(until: .max)
        await hanging.waitForAnswer(of: last.url.text)
        #expect(hanging.receivers.count(hangs.url.text) == 16)
        hanging.release()
        #expect(try await report == DrainReport(delivered: 2, parked: 1_100))
    }
}

/// Receivers of which one hangs until it is released, and then is gone.
private struct HangingReceivers {
    static let url = "https://hangs.example/"

    let receivers: FakeReceivers
    private let progress: AsyncStream<String>
    private let releasing: AsyncStream<Void>.Continuation

    init() {
        let (release, releasing) = AsyncStream.makeStream(of: Void.self)
        let (progress, progressing) = AsyncStream.makeStream(of: String.self)
        self.releasing = releasing
        self.progress = progress
        receivers = FakeReceivers { requests in
            if requests[0].url == Self.url {
                for await _ in release { break }
            } else {
                progressing.yield(requests[0].url)
            }
        }
        // Gone, so that a test need not deliver all that is queued for it.
        receivers.script(Self.url, [.status(410)])
    }

    func waitForAnswer(of url: String) async {
        for await answered in progress where answered == url { break }
    }

    func release() { releasing.finish() }
}

extension Workbench {
    /// Stores many deliveries without a trail, 100 in a transaction.
    func queue(_ count: Int, to endpoint: WebhookEndpoint) async throws {
        var left = count
        while left > 0 {
            let part = min(left, 100)
            let deliveries = (0..<part).map { _ in
                let id = next("evt_")
                return WebhookDelivery(
                    id: next("dlv_"),
                    message: WebhookMessage(
                        id: id, type: "risk.scored", createdAtMs: clock.nowMs, data: .null),
                    endpoint: endpoint, subject: .event(tenant: Self.tenant, id: id),
                    createdAtMs: clock.nowMs)
            }
            try await store.transact(deliveries.map(WebhookOutbox.enqueue))
            left -= part
        }
    }
}
