import FoundationEssentials
import Records
import StrictJSON
import TableStore

/// A real store in a folder of its own, removed with the last reference to it.
final class AuditBench: Sendable {
    static let tables = [
        TableDefinition(
            name: "events", partitionKey: KeyAttribute(name: "event"),
            sortKey: KeyAttribute(name: "entry")),
        TableDefinition(
            name: "webhook_endpoints", partitionKey: KeyAttribute(name: "tenant"),
            sortKey: KeyAttribute(name: "entry")),
    ]

    let store: SQLiteStore
    private let folder: String

    init() throws {
        folder =
            FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try SQLiteStore(path: folder + "/tables.sqlite", tables: Self.tables)
    }

    deinit {
        store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A further store on the same file, as a second process would have it.
    func anotherStore() throws -> SQLiteStore {
        try SQLiteStore(path: folder + "/tables.sqlite", tables: Self.tables)
    }

    /// Stores a subject with the first entry of its trail, and appends the others.
    func begin(_ subject: AuditSubject, entries: Int) async throws {
        let first = AuditEntry(fact(1), atMs: 1, subject: subject, after: .genesis)
        try await store.transact([
            .put(
                subject.headKey.merging(AuditTrail.headAttributes(first)) { $1 },
                into: subject.table, condition: .absent("entry")),
            AuditTrail(subject).write(first),
        ])
        for number in 1..<entries { try await append(fact(Int64(number + 1)), to: subject) }
    }

    /// Appends one entry after the head as it is stored.
    func append(_ fact: AuditFact, to subject: AuditSubject) async throws {
        let item = try await store.get(subject.headKey, from: subject.table)
        let head = AuditTrail.head(of: item ?? [:])
        let entry = AuditEntry(fact, atMs: head.sequence + 1, subject: subject, after: head)
        try await store.transact(AuditTrail(subject).append(entry, after: head))
    }

    func fact(_ number: Int64) -> AuditFact {
        AuditFact(
            "delivered", actor: "operator",
            details: [JSONMember("attempt", .number(JSONNumber(number)))])
    }

    /// The stored text of an entry.
    func text(_ sequence: Int64, of subject: AuditSubject) async throws -> String {
        let item = try await store.get(subject.entryKey(sequence), from: subject.table)
        return item?["document"]?.string ?? ""
    }

    /// Puts an entry's text in a place of the chain, past every rule.
    func forge(_ text: String, at sequence: Int64, of subject: AuditSubject) async throws {
        var item = subject.entryKey(sequence)
        item["document"] = .string(text)
        try await store.put(item, into: subject.table, condition: nil)
    }

    func erase(_ sequence: Int64, of subject: AuditSubject) async throws {
        try await store.delete(subject.entryKey(sequence), from: subject.table, condition: nil)
    }

    /// The first sequence number that does not hold; nil if all do.
    func firstBroken(_ subject: AuditSubject) async throws -> Int64? {
        switch try await AuditTrail(subject).verify(in: store) {
        case .holds: nil
        case .broken(let sequence, _): sequence
        }
    }
}
