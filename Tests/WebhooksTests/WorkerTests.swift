import TestSupport
import HTTPClient
import Locking
import Records
import TableStore
import Testing

@testable import Webhooks

/// Leases: workers that crash, stall, race, or run out of time.
@Suite struct WorkerTests {
    @Test("What a crashed worker held falls due again when its lease ends, its attempt counted")
    func crash() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        let held = try await bench.outbox.claim(
            [delivery], lease: "lease_crashed", untilMs: bench.clock.nowMs + 60_000)
        #expect(held.count == 1)
        bench.clock.advance(ms: 59_999)
        #expect(try await bench.run() == DrainReport())
        bench.clock.advance(ms: 1)
        #expect(try await bench.run() == DrainReport(delivered: 1))
        #expect(try await bench.stored(delivery)?.attempts == 2)
    }

    @Test("A delivery that brings its worker down each time is dead after its attempts")
    func poison() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        for _ in 1...10 {
            let current = try #require(try await bench.stored(delivery))
            let held = try await bench.outbox.claim(
                [current], lease: bench.next("lease_"), untilMs: bench.clock.nowMs + 60_000)
            #expect(held.count == 1)
            bench.clock.advance(ms: 60_000)
        }
        #expect(try await bench.run() == DrainReport(dead: 1))
        #expect(bench.receivers.requests.isEmpty)
        let stored = try #require(try await bench.stored(delivery))
        #expect(stored.attempts == 10)
        #expect(stored.lastFailure == "unfinished")
        let redriven = try await bench.outbox.redrive(
            stored, actor: "operator", atMs: bench.clock.nowMs)
        #expect(redriven)
        #expect(try await bench.run() == DrainReport(delivered: 1))
    }

    @Test("A stale worker's finish changes nothing once its lease was taken over")
    func stale() async throws {
        let second = Locked<DrainReport?>(nil)
        let owner = Locked<Workbench?>(nil)
        let receivers = FakeReceivers { requests in
            guard let bench = owner.withLock({ $0.take() }) else { return }
            bench.clock.advance(ms: 60_000)
            let report = try? await bench.run()
            second.withLock { $0 = report }
        }
        let bench = try Workbench(receivers: receivers)
        let endpoint = try await bench.addEndpoint()
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        receivers.script(endpoint.url.text, [.status(500), .status(200)])
        owner.withLock { $0 = bench }
        #expect(try await bench.run() == DrainReport(lost: 1))
        #expect(second.withLock(\.self) == DrainReport(delivered: 1))
        #expect(try await bench.stored(delivery)?.state == .delivered)
        #expect(try await bench.trail(of: delivery.subject) == ["scored", "delivered"])
        #expect(receivers.requests.count == 2)
    }

    @Test("Two drains at once on two stores of one file deliver each message once")
    func twoDrains() async throws {
        let bench = try Workbench()
        let endpoints = [
            try await bench.addEndpoint("https://one.example/"),
            try await bench.addEndpoint("https://two.example/"),
        ]
        for _ in 0..<60 { try await bench.enqueue(to: endpoints[0], endpoints[1]) }
        let drains = [bench.drain(), bench.drain(store: try bench.anotherStore())]
        let total = try await withThrowingTaskGroup(of: DrainReport.self) { group in
            for drain in drains { group.addTask { try await drain.run(until: .max) } }
            return try await group.reduce(into: DrainReport()) { $0.add($1) }
        }
        #expect(total == DrainReport(delivered: 120))
        #expect(bench.receivers.receivedByMessage.count == 60)
        #expect(bench.receivers.receivedByMessage.values.allSatisfy { $0 == 2 })
        #expect(endpoints.map { bench.receivers.count($0.url.text) } == [60, 60])
    }

    @Test("A hanging endpoint does not hold up another's deliveries in the same run")
    func hanging() async throws {
        let (release, releasing) = AsyncStream.makeStream(of: Void.self)
        let (progress, progressing) = AsyncStream.makeStream(of: Int.self)
        let receivers = FakeReceivers { requests in
            if requests[0].url.contains("hangs") {
                for await _ in release { break }
            } else {
                progressing.yield(requests.count)
            }
        }
        let bench = try Workbench(receivers: receivers)
        let hangs = try await bench.addEndpoint("https://hangs.example/")
        let healthy = try await bench.addEndpoint("https://healthy.example/")
        _ = try await bench.enqueue(20, to: hangs)
        _ = try await bench.enqueue(40, to: healthy)
        async let report = bench.run()
        var delivered = 0
        for await count in progress {
            delivered += count
            if delivered == 40 { break }
        }
        #expect(receivers.count(hangs.url.text) == 16)
        releasing.finish()
        #expect(try await report == DrainReport(delivered: 60))
    }

    @Test("No batch is begun once the time is up")
    func deadline() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        _ = try await bench.enqueue(40, to: endpoint)
        let drain = bench.drain(
            transport: WebhookTransport { requests in
                bench.clock.advance(ms: 1_000)
                return await bench.receivers.transport.send(requests)
            })
        #expect(try await drain.run(until: bench.clock.nowMs) == DrainReport())
        let report = try await drain.run(until: bench.clock.nowMs + 1_500)
        #expect(report == DrainReport(delivered: 32))
        #expect(try await bench.outbox.list(.pending).deliveries.count == 8)
    }

    @Test("An error of the store comes out, and the delivery falls due again")
    func storeError() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        let other = try bench.anotherStore()
        let drain = bench.drain(
            store: other,
            transport: WebhookTransport { requests in
                other.close()
                return await bench.receivers.transport.send(requests)
            })
        await #expect(throws: TableStoreError.self) { try await drain.run(until: .max) }
        #expect(try await bench.stored(delivery)?.state == .pending)
        bench.clock.advance(ms: 60_000)
        #expect(try await bench.run() == DrainReport(delivered: 1))
        #expect(bench.receivers.receivedByMessage == [delivery.messageID: 2])
    }

    @Test("A trail that cannot be extended stops its own delivery and nobody else's")
    func brokenTrail() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let deliveries = try await bench.enqueue(3, to: endpoint)
        var forged = deliveries[1].subject.entryKey(2)
        forged["document"] = "{}"
        try await bench.store.put(forged, into: "events", condition: nil)
        await #expect(throws: TableStoreError.corrupt) { try await bench.run() }
        #expect(try await bench.stored(deliveries[0])?.state == .delivered)
        #expect(try await bench.stored(deliveries[1])?.state == .pending)
        #expect(try await bench.stored(deliveries[2])?.state == .delivered)
    }
}
