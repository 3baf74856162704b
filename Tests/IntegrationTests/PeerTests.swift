import Foundation
import HTTPClient
import StrictJSON
import Testing

/// What we sign, other people's libraries verify: their code, from PyPI, not ours.
@Suite(.serialized, .timeLimit(.minutes(5))) struct PeerTests {
    @Test func publishedLibrariesVerifyAWebhookAndAToken() async throws {
        let workspace = try Workspace()
        let receiver = try Receiver()
        let secret = try GoldenFlowTests.endpoint(of: receiver, in: workspace)
        let emulator = try RunningEmulator(workspace)
        let token = try await emulator.token()
        let scored = try await emulator.send([
            emulator.scoreRequest(token: token, key: "k", body: GoldenFlowTests.trip)
        ])[0].get()
        #expect(scored.status == 200)
        let delivery = try #require(await receiver.deliveries { !$0.isEmpty }.first)
        let fields = delivery.fields.map { JSONMember($0.key, .string($0.value)) }
        let webhook = JSONValue.object([
            JSONMember("secret", .string(secret)), JSONMember("fields", .object(fields)),
            JSONMember("body", .string(String(decoding: delivery.body, as: UTF8.self))),
        ])
        #expect(
            try run("verify_webhook.py", webhook) == [
                "standardwebhooks accepts", "standardwebhooks refuses a changed body",
                "stripe accepts", "stripe refuses a changed body",
            ])

        let keys = try await emulator.send("GET", "/.well-known/jwks.json")
        let given = JSONValue.object([
            JSONMember("token", .string(token)),
            JSONMember("jwks", try StrictJSON.parse(keys.body)),
        ])
        #expect(
            try run("verify_token.py", given) == [
                "tester score:write events:read webhooks:write"
            ])
        #expect(emulator.stop() == 0)
    }

    private func run(_ script: String, _ input: JSONValue) throws -> [String] {
        try Peers.run(script, input: String(decoding: input.serialized(), as: UTF8.self))
    }
}
