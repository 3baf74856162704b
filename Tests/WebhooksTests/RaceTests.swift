import TestSupport
import Records
import StrictJSON
import TableStore
import Testing

@testable import Webhooks

/// Changes that find, between reading and writing, that somebody else was faster.
@Suite struct RaceTests {
    @Test("A removal that lost a race to another change is done after it")
    func remove() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let store = InterruptedStore(bench.store) {
            try await bench.endpoints.set(
                .disabled, tenant: endpoint.tenant, id: endpoint.id, actor: "other",
                atMs: bench.clock.nowMs)
        }
        let wasRemoved = try await WebhookEndpoints(store: store).remove(
            tenant: endpoint.tenant, id: endpoint.id, actor: "operator", atMs: bench.clock.nowMs)
        #expect(!store.isWaiting)
        #expect(wasRemoved)
        #expect(
            try await bench.endpoints.endpoint(tenant: endpoint.tenant, id: endpoint.id) == nil)
        let trail = try await AuditTrail(endpoint.subject).documents(in: bench.store)
        #expect(
            trail.compactMap { $0["type"]?.string }
                == ["endpoint_added", "endpoint_disabled", "endpoint_removed"])
        #expect(trail.last?["actor"]?.string == "operator")
    }

    @Test("Of two removals at once the second finds nothing to remove")
    func removeTwice() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let store = InterruptedStore(bench.store) {
            let wasRemoved = try await bench.endpoints.remove(
                tenant: endpoint.tenant, id: endpoint.id, actor: "other",
                atMs: bench.clock.nowMs)
            #expect(wasRemoved)
        }
        let wasRemoved = try await WebhookEndpoints(store: store).remove(
            tenant: endpoint.tenant, id: endpoint.id, actor: "operator", atMs: bench.clock.nowMs)
        #expect(!store.isWaiting)
        #expect(!wasRemoved)
        let trail = try await AuditTrail(endpoint.subject).documents(in: bench.store)
        #expect(trail.compactMap { $0["actor"]?.string } == ["operator", "other"])
    }

    @Test("An endpoint that is disabled while another removes it is gone, and that is told")
    func setAfterRemove() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let store = InterruptedStore(bench.store) {
            _ = try await bench.endpoints.remove(
                tenant: endpoint.tenant, id: endpoint.id, actor: "other",
                atMs: bench.clock.nowMs)
        }
        let isThere = try await WebhookEndpoints(store: store).set(
            .disabled, tenant: endpoint.tenant, id: endpoint.id, actor: "operator",
            atMs: bench.clock.nowMs)
        #expect(!store.isWaiting)
        #expect(!isThere)
        #expect(
            try await bench.endpoints.endpoint(tenant: endpoint.tenant, id: endpoint.id) == nil)
    }

    @Test("Of two who bring back one dead letter at once only one does")
    func redrive() async throws {
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint()
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        try await bench.endpoints.set(
            .disabled, tenant: endpoint.tenant, id: endpoint.id, actor: "operator", atMs: 0)
        #expect(try await bench.run() == DrainReport(parked: 1))
        let parked = try #require(try await bench.stored(delivery))
        let store = InterruptedStore(bench.store) {
            let isFirst = try await bench.outbox.redrive(
                parked, actor: "other", atMs: bench.clock.nowMs)
            #expect(isFirst)
        }
        let isSecond = try await WebhookOutbox(store: store).redrive(
            parked, actor: "operator", atMs: bench.clock.nowMs)
        #expect(!isSecond)
        #expect(
            try await bench.trail(of: delivery.subject)
                == ["scored", "delivery_parked", "delivery_redriven"])
    }
}
