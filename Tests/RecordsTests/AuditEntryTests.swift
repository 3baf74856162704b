import Crypto
import Records
import StrictJSON
import TableStore
import Testing
import TextEncoding

@Suite struct AuditEntryTests {
    let subject = AuditSubject.event(tenant: "acme", id: "evt_1")
    let fact = AuditFact(
        "scored", actor: "client:a",
        details: [JSONMember("zebra", "é€😀"), JSONMember("attempt", 1)])

    @Test("The hash is SHA-256 of the canonical JSON of the subject and the entry")
    func knownHash() {
        let entry = AuditEntry(fact, atMs: 951_782_400_000, subject: subject, after: .genesis)
        // The text that is hashed, written by hand in the order of RFC 8785.
        let zeros = String(repeating: "0", count: 64)
        let covered =
            #"{"actor":"client:a","at":"2000-02-29T00:00:00.000Z","attempt":1,"#
            + #""previous":"\#(zeros)","seq":1,"subject":"event:acme/evt_1","type":"scored","#
            + #""zebra":"é€😀"}"#
        #expect(entry.hash == Hex.encode(SHA256.hash(Array(covered.utf8))))
        #expect(entry.sequence == 1)
        #expect(entry.previous == zeros)
        let names = entry.document.object?.map(\.name)
        #expect(
            names == ["seq", "at", "type", "actor", "zebra", "attempt", "previous", "hash"])
    }

    @Test("An entry reads back as it was written, after a round trip through its text")
    func roundTrip() throws {
        let head = AuditHead(sequence: 41, hash: String(repeating: "a", count: 64))
        let entry = AuditEntry(fact, atMs: 7, subject: subject, after: head)
        let text = entry.document.serialized()
        let read = try #require(
            AuditEntry(verifying: try StrictJSON.parse(text), subject: subject))
        #expect(read == entry)
        #expect(read.sequence == 42)
        #expect(read.document.serialized() == text)
    }

    @Test("An entry belongs to its subject alone")
    func boundToSubject() {
        let entry = AuditEntry(fact, atMs: 7, subject: subject, after: .genesis)
        for other in [
            AuditSubject.event(tenant: "acme", id: "evt_2"), .event(tenant: "other", id: "evt_1"),
            .endpoint(tenant: "acme", id: "evt_1"),
        ] {
            #expect(AuditEntry(verifying: entry.document, subject: other) == nil)
        }
    }

    @Test("Each part of a fact, the time, the subject and the head are in the hash")
    func everyPartCounts() {
        let head = AuditHead(sequence: 1, hash: String(repeating: "b", count: 64))
        let hashes = [
            AuditEntry(fact, atMs: 1, subject: subject, after: .genesis),
            AuditEntry(fact, atMs: 2, subject: subject, after: .genesis),
            AuditEntry(fact, atMs: 1, subject: subject, after: head),
            AuditEntry(
                fact, atMs: 1, subject: .event(tenant: "a", id: "b"), after: .genesis),
            AuditEntry(
                AuditFact("scored", actor: "client:b", details: fact.details), atMs: 1,
                subject: subject, after: .genesis),
            AuditEntry(
                AuditFact("delivered", actor: "client:a", details: fact.details), atMs: 1,
                subject: subject, after: .genesis),
            AuditEntry(
                AuditFact("scored", actor: "client:a"), atMs: 1, subject: subject,
                after: .genesis),
        ].map(\.hash)
        #expect(Set(hashes).count == hashes.count)
    }

    @Test("What is not an entry is refused")
    func refused() throws {
        for text in [
            "null", "[]", "{}", #"{"hash":"00"}"#, #"{"seq":1,"previous":"","hash":1}"#,
            #"{"hash":"x","seq":1,"previous":"y"}"#, #"{"seq":"1","previous":"","hash":"x"}"#,
        ] {
            let document = try StrictJSON.parse(Array(text.utf8))
            #expect(AuditEntry(verifying: document, subject: subject) == nil, "\(text)")
        }
    }

    @Test("A subject reads back from its name; keys of entries sort by their number")
    func subjects() {
        for subject in AuditTrailTests.subjects {
            #expect(AuditSubject(name: subject.name) == subject)
            let keys = [1, 2, 9, 10, 99, 1_000_000_000].map { subject.entryKey($0)["entry"] }
            let texts = keys.compactMap { $0?.string }
            #expect(texts.sorted() == texts)
            #expect(texts.allSatisfy { $0.hasPrefix(subject.entryPrefix) })
        }
        #expect(AuditSubject(name: "event:acme/a/b:c") == .event(tenant: "acme", id: "a/b:c"))
        for name in ["", "event", "event:acme", "other:acme/x", "acme/event:x", "/:"] {
            #expect(AuditSubject(name: name) == nil, "\(name)")
        }
    }

    @Test("An item without a head carries that of a chain without entries")
    func emptyHead() {
        #expect(AuditTrail.head(of: [:]) == .genesis)
        #expect(AuditTrail.head(of: ["audit_seq": 3]) == .genesis)
        let entry = AuditEntry(fact, atMs: 1, subject: subject, after: .genesis)
        #expect(
            AuditTrail.head(of: AuditTrail.headAttributes(entry))
                == AuditHead(sequence: 1, hash: entry.hash))
    }
}
