package import Crypto
package import Records
package import StrictJSON
package import TableStore
import TextEncoding

/// The RSA keys that sign access tokens, kept in the store: made by the first request for a
/// token, read by whoever verifies one.
///
/// The private half lies under a key of its own, so that a policy can keep it from every function
/// but `token`.
package struct SigningKeys: Sendable {
    private let store: any TableStore

    /// Makes a view of the keys in a store that has ``ServiceTables``.
    package init(store: any TableStore) {
        self.store = store
    }

    /// The key to sign with, made now if there is none yet.
    ///
    /// - Throws: `TableStoreError`, or an error of the key's making.
    package func signingKey(clock: WallClock) async throws -> (id: String, key: RSAPrivateKey) {
        if let found = try await privateKey() { return found }
        let key = try RSAPrivateKey.generate()
        let id = key.publicKey.thumbprint
        let publicItem: Item = [
            "key_id": .string("public/" + id), "kid": .string(id),
            "modulus": .binary(key.publicKey.modulus),
            "exponent": .binary(key.publicKey.exponent), "created_at": .number(clock.nowMs()),
        ]
        do {
            try await store.transact([
                .put(
                    [
                        "key_id": .string(Self.privateID), "kid": .string(id),
                        "pem": .string(key.pem),
                    ],
                    into: table, condition: .absent("key_id")),
                .put(publicItem, into: table, condition: .absent("key_id")),
            ])
            return (id, key)
        } catch TableStoreError.transactionCancelled {
            // Another instance was first: its key is the one.
            guard let found = try await privateKey() else { throw TableStoreError.corrupt }
            return found
        }
    }

    /// The public key of this id, or nil.
    package func publicKey(_ id: String) async throws(TableStoreError) -> RSAPublicKey? {
        guard let item = try await store.get(["key_id": .string("public/" + id)], from: table)
        else { return nil }
        return try Self.publicKey(item)
    }

    /// The public keys as a JSON Web Key Set (RFC 7517).
    package func jwks() async throws(TableStoreError) -> JSONValue {
        var keys: [JSONValue] = []
        if let item = try await store.get(["key_id": .string(Self.privateID)], from: table),
            let id = item["kid"]?.string, let key = try await publicKey(id)
        {
            keys.append(
                .object([
                    JSONMember("kty", "RSA"), JSONMember("use", "sig"), JSONMember("alg", "RS256"),
                    JSONMember("kid", .string(id)),
                    JSONMember("n", .string(Base64.encodeURL(key.modulus))),
                    JSONMember("e", .string(Base64.encodeURL(key.exponent))),
                ]))
        }
        return .object([JSONMember("keys", .array(keys))])
    }

    private func privateKey() async throws -> (id: String, key: RSAPrivateKey)? {
        guard let item = try await store.get(["key_id": .string(Self.privateID)], from: table)
        else { return nil }
        guard let id = item["kid"]?.string, let pem = item["pem"]?.string else {
            throw TableStoreError.corrupt
        }
        return (id, try RSAPrivateKey(pem: pem))
    }

    private static func publicKey(_ item: Item) throws(TableStoreError) -> RSAPublicKey {
        guard case .binary(let modulus)? = item["modulus"],
            case .binary(let exponent)? = item["exponent"],
            let key = try? RSAPublicKey(modulus: modulus, exponent: exponent)
        else { throw .corrupt }
        return key
    }

    private static let privateID = "private"
    private let table = ServiceTables.signingKeys.name
}
