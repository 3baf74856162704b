import TestSupport
import Records
import Scorecard
import TTSR
import TableStore
import Testing
import Webhooks

@Suite("Test webhooks")
struct TestWebhookTests {
    private func error(_ body: String) throws -> RequestError {
        try #require(throws: RequestError.self) { try TestWebhookRequest(body: Array(body.utf8)) }
    }

    @Test("A request names one endpoint and nothing else")
    func request() throws {
        let body = Array(#"{"endpoint_id":"ep_1"}"#.utf8)
        #expect(try TestWebhookRequest(body: body).endpointID == "ep_1")
        #expect(
            try error(#"{"endpoint_id":"ep_1","url":"https://x"}"#)
                == .invalid([FieldError(pointer: "/url", code: "field_unknown")]))
        let required = FieldError(pointer: "/endpoint_id", code: "field_required")
        #expect(try error("{}") == .invalid([required]))
        let invalid = FieldError(pointer: "/endpoint_id", code: "endpoint_id_invalid")
        for value in ["7", "null", "\"\"", "\"a/b\"", "\"endpoint#ep_1\""] {
            #expect(try error("{\"endpoint_id\":\(value)}") == .invalid([invalid]))
        }
        let shape = FieldError(pointer: "", code: "object_required")
        #expect(try error("[]") == .invalid([shape]))
        let place = FieldError(pointer: "", code: "syntax")
        #expect(try error("{") == .malformed(place))
    }

    @Test("A trail that cannot be extended is reported, not tried for ever")
    func brokenTrail() async throws {
        let test = try TestService()
        try await test.addEndpoint("ep_1")
        let subject = AuditSubject.endpoint(tenant: "acme", id: "ep_1")
        // An entry stands where the next one belongs.
        var entry = subject.entryKey(2)
        entry["document"] = "{}"
        try await test.store.put(entry, into: subject.table, condition: nil)
        let principal = Principal(clientID: "app", tenant: "acme", scopes: [], rateLimit: 1)
        let identifiers = IdentifierSource(clock: test.clock.clock, random: .seeded(1))
        await #expect(throws: TableStoreError.corrupt) {
            try await TestWebhook(clock: test.clock.clock, identifiers: identifiers)(
                endpointID: "ep_1", principal: principal, in: test.store)
        }
        #expect(try await test.outbox().isEmpty)
    }

    @Test("Parallel tests of one endpoint are all queued, in one unbroken trail")
    func parallel() async throws {
        let first = try TestService()
        let second = try TestService(clock: first.clock, folder: first.folder)
        try await first.addEndpoint("ep_1")
        let principal = Principal(clientID: "app", tenant: "acme", scopes: [], rateLimit: 1)
        let ids = try await withThrowingTaskGroup(of: String?.self) { group in
            for index in 0..<20 {
                let test = index.isMultiple(of: 2) ? first : second
                let identifiers = IdentifierSource(
                    clock: first.clock.clock, random: .seeded(UInt64(index) << 32))
                group.addTask {
                    try await TestWebhook(clock: test.clock.clock, identifiers: identifiers)(
                        endpointID: "ep_1", principal: principal, in: test.store)
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 20)
        #expect(!ids.contains(nil))
        #expect(try await first.outbox().count == 20)
        let trail = AuditTrail(.endpoint(tenant: "acme", id: "ep_1"))
        #expect(try await trail.verify(in: first.store) == .holds(entries: 21))
    }
}
