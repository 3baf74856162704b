import LambdaRuntime
import StrictJSON
import TTSR

/// Issues access tokens and publishes the keys that verify them.
struct TokenHandler: Sendable {
    private let service: Service
    private let issue: IssueToken

    init(_ service: Service) {
        self.service = service
        issue = IssueToken(service)
    }

    func answer(_ request: HTTPAPIRequest, _ context: LambdaContext) async -> HTTPAPIResponse {
        await service.answer(request, context) { call in
            if request.routeKey.hasSuffix("/jwks.json") { return try await keys(call) }
            return try await token(call)
        }
    }

    private func keys(_ call: Call) async throws -> Answer {
        let keys = try await SigningKeys(store: try call.store).jwks()
        // Before the first token there is no key: nobody should remember that.
        let isEmpty = keys["keys"]?.array?.isEmpty ?? true
        return Answer(
            fields: ["Cache-Control": isEmpty ? "no-store" : "public, max-age=300"],
            body: String(decoding: keys.serialized(), as: UTF8.self))
    }

    private func token(_ call: Call) async throws -> Answer {
        // Guesses are bounded by where they come from, before a secret is compared.
        let state = try await RateLimiter(clock: service.clock).count(
            "token/\(call.request.requestContext.http.sourceIP)",
            limit: service.configuration.tokenRequestsPerMinute, in: try call.store)
        guard !state.isExceeded else { throw Problem.rateLimited(state) }
        let body = try call.body(
            mediaType: "application/x-www-form-urlencoded", bytesMax: 8_192)
        let request = try TokenRequest(body: body, authorization: call.field("authorization"))
        return Answer(
            fields: ["Cache-Control": "no-store", "Pragma": "no-cache"],
            body: try await issue(request, in: try call.store))
    }
}
