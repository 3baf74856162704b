import HTTPClient
import StrictJSON
import Testing
import Webhooks

/// The main job over real HTTP, through the emulator, by the binaries that deploy.
@Suite(.serialized, .timeLimit(.minutes(5))) struct GoldenFlowTests {
    static let trip = """
        {"event_id": "trip-1", "source": "flight", \
        "signals": {"delay": 0.7, "weather": 0.5, "geo": 0.2, "payment_anomaly": 0}}
        """

    @Test func aTripIsScoredReplayedRefusedReadBackAndDelivered() async throws {
        let workspace = try Workspace()
        let receiver = try Receiver()
        let secret = try Self.endpoint(of: receiver, in: workspace)
        let emulator = try RunningEmulator(workspace)
        let token = try await emulator.token()

        let requests = [
            emulator.scoreRequest(token: token, key: "key-1", body: Self.trip),
            emulator.scoreRequest(token: token, key: "key-1", body: Self.trip),
            emulator.scoreRequest(
                token: token, key: "key-1",
                body: #"{"source": "flight", "signals": {"delay": 0.9}}"#),
            emulator.scoreRequest(token: token, key: "key-2", body: Self.trip),
        ]
        var answers: [HTTPResponse] = []
        for request in requests { answers.append(try await emulator.send([request])[0].get()) }
        #expect(answers.map(\.status) == [200, 200, 409, 409])
        let scored = try StrictJSON.parse(answers[0].body)
        #expect(scored["score"]?.number?.text == "38.5")
        #expect(scored["action"]?.string == "review")
        #expect(answers[1].body == answers[0].body)
        #expect(answers[1].field("idempotent-replayed") == "true")
        #expect(try Self.code(answers[2]) == "idempotency_key_reused")
        #expect(try Self.code(answers[3]) == "event_id_taken")

        let deliveries = await receiver.deliveries { !$0.isEmpty }
        let delivery = try #require(deliveries.first)
        try WebhookSignature.verify(
            field: { delivery.fields[$0] }, body: delivery.body,
            secret: try #require(WebhookSecret(text: secret)),
            now: try #require(delivery.fields["webhook-timestamp"].flatMap(Int64.init)))
        let message = try StrictJSON.parse(delivery.body)
        #expect(message["type"]?.string == "risk.scored")
        #expect(message["data"]?["event_id"]?.string == "trip-1")
        #expect(message["data"]?["score"]?.number?.text == "38.5")
        #expect(message["data"]?["signals"] == nil)

        let types = try await Self.trail(of: "trip-1", until: "delivered", emulator, token)
        #expect(types == ["scored", "delivered"])
        let verified = try Command.ttsr(workspace, "audit", "verify")
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(emulator.stop() == 0)
    }

    /// Registers a receiver and gives its secret.
    static func endpoint(of receiver: Receiver, in workspace: Workspace) throws -> String {
        let added = try Command.ttsr(
            workspace, "webhook", "add", receiver.url, "--event", "risk.scored",
            "--event", "webhook.test")
        let line = try #require(
            added.output.split(separator: "\n").first { $0.hasPrefix("secret: ") },
            "\(added.errors)")
        return String(line.dropFirst("secret: ".count))
    }

    /// The code of a problem.
    static func code(_ response: HTTPResponse) throws -> String? {
        #expect(response.field("content-type") == "application/problem+json")
        return try StrictJSON.parse(response.body)["code"]?.string
    }

    /// The types of an event's trail, read again until one of them is there.
    ///
    /// The outcome of a delivery is committed a moment after the receiver has it; each reading is
    /// a whole request, and the suite's time limit bounds them.
    static func trail(
        of id: String, until type: String, _ emulator: RunningEmulator, _ token: String
    ) async throws -> [String] {
        while true {
            let answer = try await emulator.send(
                "GET", "/v1/events/\(id)", ["Authorization": "Bearer \(token)"])
            #expect(answer.status == 200)
            let entries = try StrictJSON.parse(answer.body)["audit"]?.array ?? []
            let types = entries.compactMap { $0["type"]?.string }
            if types.contains(type) { return types }
        }
    }
}
