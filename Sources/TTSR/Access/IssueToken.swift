import Records
import StrictJSON
package import TableStore

/// Issues access tokens for the client credentials grant (RFC 6749, section 4.4).
package struct IssueToken: Sendable {
    let issuer: String
    let lifetimeSeconds: Int64
    let clock: WallClock
    let identifiers: IdentifierSource

    /// Makes the use case.
    package init(_ service: Service) {
        issuer = service.configuration.tokenIssuer
        lifetimeSeconds = service.configuration.tokenLifetimeSeconds
        clock = service.clock
        identifiers = service.identifiers
    }

    /// Issues a token.
    ///
    /// - Returns: the answer of RFC 6749, section 5.1, as JSON text.
    /// - Throws: ``TokenError`` for the caller, `TableStoreError` if the store is away.
    package func callAsFunction(
        _ request: TokenRequest, in store: any TableStore
    ) async throws -> String {
        let client = try await Clients(store: store).client(request.clientID)
        // An unknown client's secret is compared as well, so that both refusals take as long.
        let matches = (client?.secret ?? .nobody).matches(request.clientSecret)
        guard let client, matches else {
            throw TokenError.invalidClient(usedHeader: request.usedHeader)
        }
        let scopes = try granted(request.scope, to: client)
        let now = clock.nowMs() / 1_000
        let token = AccessToken(
            clientID: client.id, tenant: client.tenant, scopes: scopes, issuedAt: now,
            expiresAt: now + lifetimeSeconds)
        let signing = try await SigningKeys(store: store).signingKey(clock: clock)
        let text = try token.signed(
            issuer: issuer, id: identifiers.make("tok_"), key: signing.key, keyID: signing.id)
        let answer = JSONValue.object([
            JSONMember("access_token", .string(text)), JSONMember("token_type", "Bearer"),
            JSONMember("expires_in", .number(JSONNumber(lifetimeSeconds))),
            JSONMember("scope", .string(AccessToken.text(scopes))),
        ])
        return String(decoding: answer.serialized(), as: UTF8.self)
    }

    private func granted(_ asked: String?, to client: Client) throws(TokenError) -> Set<Scope> {
        guard let asked else { return Set(client.scopes) }
        var scopes: Set<Scope> = []
        for name in asked.split(separator: " ") {
            guard let scope = Scope(rawValue: String(name)), client.scopes.contains(scope) else {
                throw .invalidScope
            }
            scopes.insert(scope)
        }
        guard !scopes.isEmpty else { throw .invalidScope }
        return scopes
    }
}

/// Why no token is issued (RFC 6749, section 5.2).
package enum TokenError: Error, Sendable, Hashable {
    /// The form is not readable, says a thing twice, or uses two ways of authentication at once.
    case invalidRequest
    /// The client is unknown or its secret is wrong: the two are not told apart.
    case invalidClient(usedHeader: Bool)
    /// Another grant than `client_credentials`.
    case unsupportedGrantType
    /// A scope that does not exist or that the client does not hold.
    case invalidScope

    /// The `error` of RFC 6749.
    package var code: String {
        switch self {
        case .invalidRequest: "invalid_request"
        case .invalidClient: "invalid_client"
        case .unsupportedGrantType: "unsupported_grant_type"
        case .invalidScope: "invalid_scope"
        }
    }
}
