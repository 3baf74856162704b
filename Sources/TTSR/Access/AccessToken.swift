package import Crypto
import StrictJSON

/// What an access token says (RFC 9068).
package struct AccessToken: Sendable, Hashable {
    package let clientID: String
    package let tenant: String
    package let scopes: Set<Scope>
    /// Unix seconds.
    package let issuedAt: Int64
    /// Unix seconds; it is no longer good at this second.
    package let expiresAt: Int64

    /// Who tokens are for: the `aud` of every token.
    package static let audience = "ttsr-api"

    package init(
        clientID: String, tenant: String, scopes: Set<Scope>, issuedAt: Int64, expiresAt: Int64
    ) {
        self.clientID = clientID
        self.tenant = tenant
        self.scopes = scopes
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    /// Writes and signs the token.
    package func signed(
        issuer: String, id: String, key: RSAPrivateKey, keyID: String
    ) throws -> String {
        let claims = JSONValue.object([
            JSONMember("iss", .string(issuer)), JSONMember("aud", .string(Self.audience)),
            JSONMember("sub", .string(clientID)), JSONMember("client_id", .string(clientID)),
            JSONMember("tenant", .string(tenant)),
            JSONMember("scope", .string(Self.text(scopes))),
            JSONMember("iat", .number(JSONNumber(issuedAt))),
            JSONMember("exp", .number(JSONNumber(expiresAt))), JSONMember("jti", .string(id)),
        ])
        return try JSONWebToken.sign(claims: claims, key: key, keyID: keyID)
    }

    /// Reads verified claims; nil if they are not an access token's.
    init?(claims: JSONValue) {
        guard let clientID = claims["client_id"]?.string, claims["sub"]?.string == clientID,
            let tenant = claims["tenant"]?.string, let scope = claims["scope"]?.string,
            let issuedAt = claims["iat"]?.number?.integer,
            let expiresAt = claims["exp"]?.number?.integer
        else { return nil }
        self.clientID = clientID
        self.tenant = tenant
        scopes = Set(scope.split(separator: " ").compactMap { Scope(rawValue: String($0)) })
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    /// Scopes as a request or a token has them: separated by spaces, in a fixed order.
    package static func text(_ scopes: Set<Scope>) -> String {
        Scope.allCases.filter(scopes.contains).map(\.rawValue).joined(separator: " ")
    }
}
