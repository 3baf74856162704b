import Records
import StrictJSON
import TableStore
import Testing

/// Audit trails in a real store, and what tampering with one looks like.
@Suite struct AuditTrailTests {
    static let subjects = [
        AuditSubject.event(tenant: "acme", id: "evt_1"), .endpoint(tenant: "acme", id: "ep_1"),
    ]
    let bench: AuditBench

    init() throws {
        bench = try AuditBench()
    }

    @Test("A chain that was only appended to holds", arguments: subjects)
    func holds(subject: AuditSubject) async throws {
        try await bench.begin(subject, entries: 12)
        #expect(try await AuditTrail(subject).verify(in: bench.store) == .holds(entries: 12))
        let documents = try await AuditTrail(subject).documents(in: bench.store)
        #expect(documents.map { $0["seq"]?.number?.integer } == (1...12).map(Optional.some))
        #expect(documents[0]["previous"]?.string == String(repeating: "0", count: 64))
        for (one, next) in zip(documents, documents.dropFirst()) {
            #expect(next["previous"] == one["hash"])
        }
    }

    @Test("A chain of more than one page holds, and its last entry is missed")
    func manyPages() async throws {
        let subject = Self.subjects[0]
        try await bench.begin(subject, entries: 205)
        #expect(try await AuditTrail(subject).verify(in: bench.store) == .holds(entries: 205))
        try await bench.erase(205, of: subject)
        #expect(try await bench.firstBroken(subject) == 205)
    }

    @Test("An edited entry is named", arguments: subjects, [Int64(1), 3, 5])
    func edited(subject: AuditSubject, sequence: Int64) async throws {
        try await bench.begin(subject, entries: 5)
        let text = try await bench.text(sequence, of: subject)
        for (old, new) in [
            ("\"attempt\":\(sequence)", "\"attempt\":9"), ("delivered", "scored"),
            ("operator", "client:x"), ("1970-01-01", "1970-01-02"), ("\"hash\":\"", "\"hash\":\"0"),
            ("}", ",\"more\":1}"),
        ] {
            try await bench.forge(text.replacing(old, with: new), at: sequence, of: subject)
            #expect(try await bench.firstBroken(subject) == sequence, "\(old)")
        }
        try await bench.forge(text, at: sequence, of: subject)
        #expect(try await bench.firstBroken(subject) == nil)
    }

    @Test("An edited entry with a hash of its own breaks the link after it")
    func rehashed() async throws {
        let subject = Self.subjects[0]
        try await bench.begin(subject, entries: 4)
        let second = try #require(
            AuditEntry(
                verifying: try await AuditTrail(subject).documents(in: bench.store)[1],
                subject: subject))
        let forged = AuditEntry(
            AuditFact("scored", actor: "nobody"), atMs: 2, subject: subject,
            after: AuditHead(sequence: 1, hash: second.previous))
        let text = String(decoding: forged.document.serialized(), as: UTF8.self)
        try await bench.forge(text, at: 2, of: subject)
        #expect(try await bench.firstBroken(subject) == 3)
    }

    @Test("A deleted entry is named, the first and the last too", arguments: [Int64(1), 2, 4, 5])
    func deleted(sequence: Int64) async throws {
        let subject = Self.subjects[1]
        try await bench.begin(subject, entries: 5)
        try await bench.erase(sequence, of: subject)
        #expect(try await bench.firstBroken(subject) == sequence)
    }

    @Test("A truncated tail is named by the first entry that is missing")
    func truncated() async throws {
        let subject = Self.subjects[0]
        try await bench.begin(subject, entries: 6)
        for sequence in Int64(4)...6 { try await bench.erase(sequence, of: subject) }
        #expect(try await bench.firstBroken(subject) == 4)
    }

    @Test("Entries that changed places are named by the first of them")
    func reordered() async throws {
        let subject = Self.subjects[0]
        try await bench.begin(subject, entries: 5)
        let (second, fourth) = (
            try await bench.text(2, of: subject), try await bench.text(4, of: subject)
        )
        try await bench.forge(fourth, at: 2, of: subject)
        try await bench.forge(second, at: 4, of: subject)
        #expect(try await bench.firstBroken(subject) == 2)
    }

    @Test("An inserted entry is named: at the end, in the middle, and one of another subject")
    func inserted() async throws {
        let (subject, other) = (Self.subjects[0], AuditSubject.event(tenant: "acme", id: "evt_2"))
        try await bench.begin(subject, entries: 3)
        try await bench.begin(other, entries: 3)
        let third = try await bench.text(3, of: subject)
        try await bench.forge(third, at: 4, of: subject)
        #expect(try await bench.firstBroken(subject) == 4)
        try await bench.erase(4, of: subject)
        let last = try #require(
            AuditEntry(
                verifying: try StrictJSON.parse(Array(third.utf8)), subject: subject))
        let fourth = AuditEntry(
            bench.fact(4), atMs: 4, subject: subject,
            after: AuditHead(sequence: 3, hash: last.hash))
        let text = String(decoding: fourth.document.serialized(), as: UTF8.self)
        try await bench.forge(text, at: 4, of: subject)
        #expect(try await bench.firstBroken(subject) == 5, "the head does not know of it")
        try await bench.erase(4, of: subject)
        try await bench.forge(try await bench.text(2, of: other), at: 2, of: subject)
        #expect(try await bench.firstBroken(subject) == 2)
        #expect(try await bench.firstBroken(other) == nil)
    }

    @Test("An entry that is no JSON any more is named", arguments: ["", "{", "[]", "null", "{}"])
    func unreadable(text: String) async throws {
        let subject = Self.subjects[0]
        try await bench.begin(subject, entries: 3)
        try await bench.forge(text, at: 2, of: subject)
        #expect(try await bench.firstBroken(subject) == 2)
    }

    @Test("A subject that is gone is told of as entry 0")
    func missingSubject() async throws {
        #expect(try await bench.firstBroken(Self.subjects[0]) == 0)
    }

    @Test("Two appends after one head: one wins, the other changes nothing")
    func fork() async throws {
        let subject = Self.subjects[0]
        try await bench.begin(subject, entries: 2)
        let item = try #require(try await bench.store.get(subject.headKey, from: subject.table))
        let head = AuditTrail.head(of: item)
        let trail = AuditTrail(subject)
        let (one, two) = (
            AuditEntry(bench.fact(7), atMs: 3, subject: subject, after: head),
            AuditEntry(bench.fact(8), atMs: 3, subject: subject, after: head)
        )
        try await bench.store.transact(trail.append(one, after: head))
        await #expect(throws: TableStoreError.transactionCancelled([0, 1])) {
            try await bench.store.transact(trail.append(two, after: head))
        }
        #expect(try await trail.documents(in: bench.store).last == one.document)
        #expect(try await trail.verify(in: bench.store) == .holds(entries: 3))
    }

    @Test("Two writers at once on one file: of each round exactly one wins, and nothing forks")
    func concurrentAppends() async throws {
        let subject = Self.subjects[1]
        try await bench.begin(subject, entries: 1)
        let trail = AuditTrail(subject)
        let stores = [bench.store, try bench.anotherStore(), try bench.anotherStore()]
        for round in Int64(1)...20 {
            let item = try #require(
                try await bench.store.get(subject.headKey, from: subject.table))
            let head = AuditTrail.head(of: item)
            #expect(head.sequence == round)
            let wins = await withTaskGroup(of: Bool.self) { group in
                for (number, store) in stores.enumerated() {
                    let entry = AuditEntry(
                        bench.fact(Int64(number)), atMs: round, subject: subject, after: head)
                    group.addTask {
                        do {
                            try await store.transact(trail.append(entry, after: head))
                            return true
                        } catch { return false }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wins == 1)
        }
        #expect(try await trail.verify(in: bench.store) == .holds(entries: 21))
    }

    @Test("A change with its entry is committed whole or not at all")
    func oneTransaction() async throws {
        let subject = Self.subjects[1]
        try await bench.begin(subject, entries: 1)
        let item = try #require(try await bench.store.get(subject.headKey, from: subject.table))
        let stale = AuditHead(sequence: 0, hash: AuditHead.genesis.hash)
        let entry = AuditEntry(bench.fact(2), atMs: 2, subject: subject, after: stale)
        await #expect(throws: TableStoreError.self) {
            try await bench.store.transact(
                AuditTrail(subject).append(entry, after: stale, with: [.set("state", "x")]))
        }
        #expect(try await bench.store.get(subject.headKey, from: subject.table) == item)
    }
}
