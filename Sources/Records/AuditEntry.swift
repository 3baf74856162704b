import Crypto
package import StrictJSON
import TextEncoding

/// One link of an audit trail: what happened, when, by whom, and the hash of the link before it.
package struct AuditEntry: Sendable, Hashable {
    /// From 1, without a gap.
    package let sequence: Int64
    /// The hash of the entry before, or ``AuditHead/genesis``.
    package let previous: String
    /// Lower-case hex SHA-256 of the canonical JSON of the subject's name and this entry
    /// without its hash (RFC 8785 member order).
    package let hash: String
    /// The entry as it is stored and shown, hash included.
    package let document: JSONValue

    /// Writes the next entry of a chain.
    ///
    /// - Parameters:
    ///   - fact: what happened; never a signal's value, a secret or a token.
    ///   - atMs: when, in milliseconds since 1970.
    ///   - subject: whose chain it is.
    ///   - head: the chain's head so far.
    package init(_ fact: AuditFact, atMs: Int64, subject: AuditSubject, after head: AuditHead) {
        sequence = head.sequence + 1
        previous = head.hash
        let open =
            [
                JSONMember("seq", .number(JSONNumber(sequence))),
                JSONMember("at", .string(Timestamp.text(atMs))),
                JSONMember("type", .string(fact.type)),
                JSONMember("actor", .string(fact.actor)),
            ] + fact.details + [JSONMember("previous", .string(previous))]
        hash = Self.digest(open, subject: subject)
        document = .object(open + [JSONMember("hash", .string(hash))])
    }

    /// Reads an entry and checks that its hash covers what it says.
    ///
    /// - Returns: nil if it is not an entry, or its hash does not match.
    package init?(verifying document: JSONValue, subject: AuditSubject) {
        guard case .object(let members) = document, let last = members.last, last.name == "hash",
            let hash = last.value.string, let previous = document["previous"]?.string,
            let sequence = document["seq"]?.number?.integer,
            Self.digest(Array(members.dropLast()), subject: subject) == hash
        else { return nil }
        self.sequence = sequence
        self.previous = previous
        self.hash = hash
        self.document = document
    }

    private static func digest(_ members: [JSONMember], subject: AuditSubject) -> String {
        let covered = [JSONMember("subject", .string(subject.name))] + members
        return Hex.encode(SHA256.hash(JSONValue.object(covered).canonical()))
    }
}

/// What an audit entry tells, before it has its place in a chain.
package struct AuditFact: Sendable, Hashable {
    /// A closed word: `scored`, `delivered`, `delivery_failed`, ...
    package let type: String
    /// Who did it: `client:<id>`, `function:outboxRetry`, `operator`.
    package let actor: String
    /// More about it, in the order it is shown.
    package let details: [JSONMember]

    /// Makes a fact.
    package init(_ type: String, actor: String, details: [JSONMember] = []) {
        self.type = type
        self.actor = actor
        self.details = details
    }
}

/// The end of a chain: what the next entry links to.
package struct AuditHead: Sendable, Hashable {
    /// The number of entries.
    package let sequence: Int64
    /// The last entry's hash.
    package let hash: String

    /// The head of a chain without entries.
    package static let genesis = AuditHead(
        sequence: 0, hash: String(repeating: "0", count: 64))

    /// Makes a head.
    package init(sequence: Int64, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }
}
