import HTTPClient
import StrictJSON
import Testing

/// The emulator on a workspace, with the six functions of the project's template.
final class RunningEmulator: EmulatorProcess, @unchecked Sendable {
    let workspace: Workspace

    /// Starts it on a free port and waits until it says that it listens.
    init(_ workspace: Workspace) throws {
        self.workspace = workspace
        try super.init(
            template: workspace.template, in: workspace.folder,
            parameters: [
                "StoreURL": workspace.store, "WebhookAllowedNetworks": "127.0.0.0/8",
                "TokenRequestsPerMinute": "100000",
            ])
    }

    /// Registers a client with all scopes and gives an access token for it.
    func token(client id: String = "tester") async throws -> String {
        let added = try Command.ttsr(
            workspace, "client", "add", id, "--secret", "tester-secret", "--rate-limit", "1000000",
            "--scope", "score:write events:read webhooks:write")
        try #require(added.status == 0, "\(added.errors)")
        let answer = try await send(
            "POST", "/v1/oauth/token", ["Content-Type": "application/x-www-form-urlencoded"],
            "grant_type=client_credentials&client_id=\(id)&client_secret=tester-secret")
        let body = try StrictJSON.parse(answer.body)
        return try #require(body["access_token"]?.string)
    }

    /// A request to score.
    func scoreRequest(token: String, key: String, body: String) -> HTTPRequest {
        request(
            "POST", "/v1/score",
            [
                "Authorization": "Bearer \(token)", "Idempotency-Key": key,
                "Content-Type": "application/json",
            ], body)
    }
}
