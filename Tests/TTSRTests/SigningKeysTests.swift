import TestSupport
import Crypto
import StrictJSON
import TextEncoding
import TTSR
import TableStore
import Testing

@Suite("Signing keys")
struct SigningKeysTests {
    @Test("Of instances that race for the first token, one makes the key and all sign with it")
    func madeOnce() async throws {
        let first = try TestService()
        let second = try TestService(clock: first.clock, folder: first.folder)
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for store in [first.store, second.store, first.store, second.store] {
                group.addTask {
                    try await SigningKeys(store: store).signingKey(clock: first.clock.clock).id
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try await first.rows(ServiceTables.signingKeys).count == 2)
        let later = try await SigningKeys(store: second.store)
            .signingKey(clock: first.clock.clock).id
        #expect(ids == [later])
    }

    @Test("The key set holds the public half and nothing else")
    func keySet() async throws {
        let test = try TestService()
        let keys = SigningKeys(store: test.store)
        #expect(try await keys.jwks() == ["keys": []])
        let signing = try await keys.signingKey(clock: test.clock.clock)
        let set = try await keys.jwks()
        let key = try #require(set["keys"]?.array?.first)
        #expect(set["keys"]?.array?.count == 1)
        #expect(
            key.object?.map(\.name) == ["kty", "use", "alg", "kid", "n", "e"])
        #expect(key["kty"] == "RSA")
        #expect(key["use"] == "sig")
        #expect(key["alg"] == "RS256")
        #expect(key["kid"] == .string(signing.id))
        #expect(signing.id == signing.key.publicKey.thumbprint)
        let modulus = try #require(key["n"]?.string.flatMap(Base64.decodeURL))
        #expect(modulus == signing.key.publicKey.modulus)
        #expect(modulus.count == 256)
        #expect(key["e"] == "AQAB")
    }

    @Test("The private half lies in an item of its own that no key id leads to")
    func privateHalf() async throws {
        let test = try TestService()
        let keys = SigningKeys(store: test.store)
        let signing = try await keys.signingKey(clock: test.clock.clock)
        for item in try await test.rows(ServiceTables.signingKeys) {
            let isPrivate = item["key_id"] == "private"
            #expect("\(item)".contains("PRIVATE KEY") == isPrivate)
        }
        #expect(try await keys.publicKey(signing.id) != nil)
        for id in ["private", "", "../private", "/private", signing.id + "x"] {
            #expect(try await keys.publicKey(id) == nil)
        }
    }

    @Test("A key that cannot be read is a fault of the store, not of the caller")
    func corruptKey() async throws {
        let test = try TestService()
        try await test.store.put(
            ["key_id": "private", "kid": "k"], into: ServiceTables.signingKeys.name)
        await #expect(throws: TableStoreError.corrupt) {
            try await SigningKeys(store: test.store).signingKey(clock: test.clock.clock)
        }
        try await test.store.put(
            ["key_id": "public/k", "modulus": "text"], into: ServiceTables.signingKeys.name)
        await #expect(throws: TableStoreError.corrupt) {
            try await SigningKeys(store: test.store).publicKey("k")
        }
    }
}
