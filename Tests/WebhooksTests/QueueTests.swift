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

    @Test("Behind 1,100 deliveries of an endpoint that hangs, another's is found and sent")
    func search() async throws {
        let (release, releasing) = AsyncStream.makeStream(of: Void.self)
        let (progress, progressing) = AsyncStream.makeStream(of: String.self)
        let receivers = FakeReceivers { requests in
            if requests[0].url.contains("hangs") {
                // The first batch alone: the others are answered at once.
                for await _ in release { break }
            } else {
                progressing.yield(requests[0].url)
            }
        }
        let bench = try Workbench(receivers: receivers)
        let hangs = try await bench.addEndpoint("https://hangs.example/")
        let first = try await bench.addEndpoint("https://first.example/")
        let last = try await bench.addEndpoint("https://last.example/")
        try await bench.enqueue(to: first)
        bench.clock.advance(ms: 1)
        try await bench.queue(1_100, to: hangs)
        bench.clock.advance(ms: 1)
        try await bench.enqueue(to: last)
        // Gone at its first answer, so that the test need not deliver all of them.
        receivers.script(hangs.url.text, [.status(410)])
        async let report = bench.run()
        for await url in progress where url == last.url.text { break }
        #expect(receivers.count(hangs.url.text) == 16)
        #expect(receivers.count(first.url.text) == 1)
        #expect(receivers.count(last.url.text) == 1)
        releasing.finish()
        #expect(try await report == DrainReport(delivered: 2, parked: 1_100))
    }
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
