import TestSupport
import Crypto
import HTTPClient
import HTTPServer
import Testing

@testable import Webhooks

/// Whole drains over libcurl to receivers on the loopback interface.
@Suite struct TransportTests {
    private static let loopback = [NetworkPrefix(text: "127.0.0.0/8")].compactMap(\.self)

    private static let text = "Zürich → 東京 🛫 \"quoted\" \\ / \u{1} \r\n é e\u{301}"

    @Test("The request is the signed message and nothing more, and its bytes are those stored")
    func request() async throws {
        let receiver = try LoopbackReceiver(.init(status: 204))
        defer { receiver.stop() }
        let bench = try Workbench()
        let secrets = [Workbench.secret, Workbench.olderSecret].compactMap(\.self)
        let endpoint = try await bench.addEndpoint(receiver.url, secrets: secrets)
        let delivery = try #require(
            try await bench.enqueue(to: endpoint, text: Self.text).first)
        #expect(try await run(bench) == DrainReport(delivered: 1))
        let request = try #require(receiver.requests.first)
        #expect(receiver.requests.count == 1)
        #expect(request.method == "POST")
        #expect(request.target == "/hook?from=test")
        #expect(request.body == Array(try #require(try await bench.stored(delivery)).body.utf8))
        #expect(String(decoding: request.body, as: UTF8.self).contains("Zürich → 東京 🛫"))
        #expect(request.field("Content-Type") == "application/json")
        #expect(request.field("User-Agent") == "TTSR-Webhooks/1")
        #expect(request.field("webhook-id") == delivery.messageID)
        #expect(
            request.fields.map { $0.name.lowercased() }.sorted() == [
                "content-length", "content-type", "host", "ttsr-signature",
                "user-agent", "webhook-id", "webhook-signature", "webhook-timestamp",
            ])
        for secret in secrets {
            #expect(refusal(of: request, secret: secret, nowMs: bench.clock.nowMs) == nil)
        }
        let stranger = WebhookSecret(random: .system)
        #expect(refusal(of: request, secret: stranger, nowMs: bench.clock.nowMs) == .mismatch)
    }

    @Test("A retry has the same id and body, a fresh timestamp, and signatures of its own")
    func retry() async throws {
        let receiver = try LoopbackReceiver(.init(status: 500), .init(status: 200))
        defer { receiver.stop() }
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint(receiver.url)
        let delivery = try #require(
            try await bench.enqueue(to: endpoint, text: Self.text).first)
        #expect(try await run(bench) == DrainReport(rescheduled: 1))
        #expect(try await bench.stored(delivery)?.lastFailure == "http_500")
        bench.clock.advance(ms: 301_000)
        #expect(try await run(bench) == DrainReport(delivered: 1))
        let requests = receiver.requests
        try #require(requests.count == 2)
        #expect(
            requests.map { $0.field("webhook-id") } == [delivery.messageID, delivery.messageID])
        #expect(
            requests.map { $0.field("webhook-timestamp") } == ["1767225600", "1767225901"])
        #expect(requests[0].body == requests[1].body)
        #expect(requests[0].field("ttsr-signature") != requests[1].field("ttsr-signature"))
        let secret = try #require(Workbench.secret)
        #expect(refusal(of: requests[0], secret: secret, nowMs: TestClock.newYearMs) == nil)
        #expect(refusal(of: requests[0], secret: secret, nowMs: bench.clock.nowMs) == .stale)
        #expect(refusal(of: requests[1], secret: secret, nowMs: bench.clock.nowMs) == nil)
    }

    @Test(
        "A redirect is a failure, and where it points is never asked",
        arguments: [301, 302, 307, 308])
    func redirect(status: Int) async throws {
        let elsewhere = try LoopbackReceiver()
        defer { elsewhere.stop() }
        let receiver = try LoopbackReceiver(
            .init(status: status, fields: [("Location", elsewhere.url)]))
        defer { receiver.stop() }
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint(receiver.url)
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        #expect(try await run(bench) == DrainReport(rescheduled: 1))
        #expect(try await bench.stored(delivery)?.lastFailure == "http_\(status)")
        #expect(receiver.requests.count == 1)
        #expect(elsewhere.requests.isEmpty)
    }

    @Test("Retry-After of a real answer pauses, and an answer over 64 KiB is still an answer")
    func answers() async throws {
        let long = [UInt8](repeating: 0x78, count: 200_000)
        let receiver = try LoopbackReceiver(
            .init(status: 503, fields: [("Retry-After", "Thu, 01 Jan 2026 00:02:00 GMT")]),
            .init(status: 200, body: long))
        defer { receiver.stop() }
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint(receiver.url)
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        #expect(try await run(bench) == DrainReport(rescheduled: 1))
        #expect(try await bench.stored(delivery)?.dueAtMs == TestClock.newYearMs + 120_000)
        bench.clock.advance(ms: 120_000)
        #expect(try await run(bench) == DrainReport(delivered: 1))
        #expect(receiver.requests.count == 2)
    }

    @Test(
        "Without an allow-list a loopback address is refused and no connection is opened",
        arguments: ["http://127.0.0.1", "https://127.0.0.1", "HTTPS://127.1", "https://0x7f.1"])
    func refused(origin: String) async throws {
        let listener = SilentListener()
        #expect(listener.connectOnce())
        #expect(listener.takeConnections() == 1)
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint("\(origin):\(listener.port)/")
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        #expect(try await run(bench, allowed: []) == DrainReport(rescheduled: 1))
        let stored = try #require(try await bench.stored(delivery))
        #expect(stored.state == .pending)
        #expect(stored.lastFailure == HTTPClientError.Code.addressRefused.rawValue)
        #expect(stored.dueAtMs == bench.clock.nowMs + 5_000)
        #expect(listener.takeConnections() == 0)
    }

    @Test("An endpoint that nobody listens to is tried again")
    func nobody() async throws {
        let receiver = try LoopbackReceiver()
        receiver.stop()
        let bench = try Workbench()
        let endpoint = try await bench.addEndpoint(receiver.url)
        let delivery = try #require(try await bench.enqueue(to: endpoint).first)
        #expect(try await run(bench) == DrainReport(rescheduled: 1))
        let failure = HTTPClientError.Code.connect.rawValue
        #expect(try await bench.stored(delivery)?.lastFailure == failure)
    }

    private func run(
        _ bench: Workbench, allowed: [NetworkPrefix] = loopback
    ) async throws -> DrainReport {
        try await bench.run(transport: WebhookTransport(allowedNetworks: allowed))
    }

    private func refusal(
        of request: HTTPServerRequest, secret: WebhookSecret, nowMs: Int64
    ) -> WebhookSignatureError? {
        ReceivedWebhook(
            request.fields.map { HTTPField($0.name, $0.value) }, body: request.body
        ).refusal(secret: secret, now: nowMs / 1_000)
    }
}
