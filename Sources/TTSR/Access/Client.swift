package import Crypto
package import TableStore

/// A client of the API as it is stored: its secret only as a salted hash.
package struct Client: Sendable, Hashable {
    /// `[A-Za-z0-9._-]{1,64}`, unique in the store.
    package let id: String
    /// `[a-z0-9-]{1,32}`; tenants never see one another's data.
    package let tenant: String
    package let scopes: [Scope]
    /// Requests a minute.
    package let rateLimit: Int64
    package let createdAtMs: Int64
    let secret: HashedSecret

    /// The limit of a client that was given none, in requests a minute.
    package static let standardRateLimit: Int64 = 600

    /// Makes a client.
    ///
    /// - Parameter secret: hashed here; the text itself is kept nowhere.
    package init(
        id: String, tenant: String, scopes: [Scope], rateLimit: Int64, secret: String,
        createdAtMs: Int64, random: RandomSource
    ) {
        self.id = id
        self.tenant = tenant
        self.scopes = scopes
        self.rateLimit = rateLimit
        self.createdAtMs = createdAtMs
        self.secret = HashedSecret(secret, random: random)
    }

    /// Whether a text may name a client.
    package static func isValidID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x2d, 0x2e: true
                default: false
                }
            }
    }

    /// Whether a text may name a tenant.
    package static func isValidTenant(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x61...0x7a, 0x2d: true
                default: false
                }
            }
    }

    /// Who a token of this client makes its bearer, with the scopes that both hold.
    func principal(scopes granted: Set<Scope>) -> Principal {
        Principal(
            clientID: id, tenant: tenant, scopes: granted.intersection(scopes),
            rateLimit: rateLimit)
    }

    /// The item as it is stored.
    package var item: Item {
        [
            "client_id": .string(id), "tenant": .string(tenant),
            "scopes": .list(scopes.map { .string($0.rawValue) }),
            "rate_limit": .number(rateLimit), "created_at": .number(createdAtMs),
            "secret_salt": .binary(secret.salt), "secret_hash": .binary(secret.hash),
            "secret_iterations": .number(Int64(secret.iterations)),
        ]
    }

    /// Reads a stored item; nil if it is not a client.
    package init?(item: Item) {
        guard let id = item["client_id"]?.string, let tenant = item["tenant"]?.string,
            case .list(let scopes)? = item["scopes"], let rateLimit = item["rate_limit"]?.number,
            let createdAtMs = item["created_at"]?.number,
            case .binary(let salt)? = item["secret_salt"],
            case .binary(let hash)? = item["secret_hash"],
            let iterations = item["secret_iterations"]?.number,
            (1...10_000_000).contains(iterations)
        else { return nil }
        self.id = id
        self.tenant = tenant
        self.scopes = scopes.compactMap { $0.string.flatMap(Scope.init(rawValue:)) }
        self.rateLimit = rateLimit
        self.createdAtMs = createdAtMs
        secret = HashedSecret(salt: salt, hash: hash, iterations: Int(iterations))
    }
}

/// A client's secret as a salted PBKDF2-HMAC-SHA256 hash (RFC 8018).
struct HashedSecret: Sendable, Hashable {
    let salt: [UInt8]
    let hash: [UInt8]
    let iterations: Int

    /// Hashes a secret. Generated secrets have 256 random bits; the iterations are for those that
    /// an operator has chosen.
    init(_ secret: String, random: RandomSource) {
        salt = random.bytes(16)
        iterations = Self.standardIterations
        hash = Self.derive(secret, salt: salt, iterations: iterations)
    }

    init(salt: [UInt8], hash: [UInt8], iterations: Int) {
        self.salt = salt
        self.hash = hash
        self.iterations = iterations
    }

    /// Whether a secret is the one that was hashed, in time that does not depend on where they
    /// differ.
    func matches(_ secret: String) -> Bool {
        constantTimeEqual(Self.derive(secret, salt: salt, iterations: iterations), hash)
    }

    /// What an unknown client's secret is compared with, so that it takes as long to refuse.
    static let nobody = HashedSecret(
        salt: Array(repeating: 0, count: 16), hash: Array(repeating: 0, count: 32),
        iterations: standardIterations)

    private static func derive(_ secret: String, salt: [UInt8], iterations: Int) -> [UInt8] {
        PBKDF2.derive(
            password: Array(secret.utf8), salt: salt, iterations: iterations, length: 32)
    }

    private static let standardIterations = 100_000
}
