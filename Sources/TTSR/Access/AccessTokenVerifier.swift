import Crypto
import Locking
package import TableStore

/// Verifies access tokens; remembers those whose signature it has checked until they expire, and
/// public keys for as long as the instance lives.
package final class AccessTokenVerifier: Sendable {
    private struct Memory {
        /// Verified tokens by their SHA-256: the token itself is not kept.
        var tokens: [[UInt8]: AccessToken] = [:]
        var keys: [String: RSAPublicKey] = [:]
    }

    private let issuer: String
    private let memory = Locked(Memory())

    /// Makes a verifier that trusts one issuer.
    package init(issuer: String) {
        self.issuer = issuer
    }

    /// What a token says, if it is good.
    ///
    /// - Parameters:
    ///   - token: as the request has it.
    ///   - now: in Unix seconds.
    /// - Throws: `JSONWebTokenError` if the token is not good, `TableStoreError` if the keys
    ///   cannot be read.
    package func verify(
        _ token: String, now: Int64, store: any TableStore
    ) async throws -> AccessToken {
        let digest = SHA256.hash(Array(token.utf8))
        if let known = memory.withLock({ $0.tokens[digest] }) {
            guard now < known.expiresAt else { throw JSONWebTokenError.expired }
            return known
        }
        let key = try await key(of: token, store: store)
        let claims = try JSONWebToken.verify(
            token, issuer: issuer, audience: AccessToken.audience, now: now, key: { _ in key })
        guard let verified = AccessToken(claims: claims) else {
            throw JSONWebTokenError.malformed
        }
        memory.withLock {
            if $0.tokens.count >= Self.tokensMax { $0.tokens.removeAll() }
            $0.tokens[digest] = verified
        }
        return verified
    }

    private func key(of token: String, store: any TableStore) async throws -> RSAPublicKey? {
        guard let id = JSONWebToken.keyID(of: token), id.utf8.count <= 64 else { return nil }
        if let known = memory.withLock({ $0.keys[id] }) { return known }
        guard let key = try await SigningKeys(store: store).publicKey(id) else { return nil }
        memory.withLock { $0.keys[id] = key }
        return key
    }

    private static let tokensMax = 1_024
}
