package import StrictJSON
package import TableStore

/// Reads, extends and verifies the audit trail of one subject.
///
/// The subject's own item carries the head of its chain, and every change to a subject is one
/// transaction of the change, the new entry and the moved head: a fork of the chain or an entry
/// without its change cannot be committed.
package struct AuditTrail: Sendable {
    /// Whose trail it is.
    package let subject: AuditSubject

    /// Makes a trail; reads nothing.
    package init(_ subject: AuditSubject) {
        self.subject = subject
    }

    /// The head that an item carries.
    package static func head(of item: Item) -> AuditHead {
        guard let sequence = item["audit_seq"]?.number, let hash = item["audit_hash"]?.string else {
            return .genesis
        }
        return AuditHead(sequence: sequence, hash: hash)
    }

    /// The attributes that the subject's item carries once `entry` is its last.
    package static func headAttributes(_ entry: AuditEntry) -> Item {
        ["audit_seq": .number(entry.sequence), "audit_hash": .string(entry.hash)]
    }

    /// The write that stores an entry; it fails if the sequence number is taken.
    package func write(_ entry: AuditEntry) -> TableWrite {
        var item = subject.entryKey(entry.sequence)
        item["document"] = .string(String(decoding: entry.document.serialized(), as: UTF8.self))
        return .put(item, into: subject.table, condition: .absent("entry"))
    }

    /// The writes that append an entry to a subject that exists: the entry, and the moved head.
    ///
    /// - Parameters:
    ///   - entry: made after `head`.
    ///   - head: as it was read; the transaction fails if the head has moved since.
    ///   - actions: further changes to the subject's own item, in the same write.
    package func append(
        _ entry: AuditEntry, after head: AuditHead, with actions: [UpdateAction] = []
    ) -> [TableWrite] {
        let moved: [UpdateAction] = [
            .set("audit_seq", .number(entry.sequence)), .set("audit_hash", .string(entry.hash)),
        ]
        return [
            write(entry),
            .update(
                subject.headKey, in: subject.table, moved + actions,
                condition: .equals("audit_seq", .number(head.sequence))),
        ]
    }

    /// The entries as they are stored, oldest first.
    package func documents(in store: any TableStore) async throws(TableStoreError) -> [JSONValue] {
        var documents: [JSONValue] = []
        for document in try await stored(in: store) {
            guard let document else { throw .corrupt }
            documents.append(document)
        }
        return documents
    }

    /// The entries as they are stored, oldest first; nil for one that cannot be read.
    private func stored(in store: any TableStore) async throws(TableStoreError) -> [JSONValue?] {
        var documents: [JSONValue?] = []
        var after: Item?
        repeat {
            let page = try await store.query(
                Query(
                    table: subject.table, partition: subject.partition,
                    sort: .beginsWith(subject.entryPrefix), after: after))
            documents += page.items.map { item in
                item["document"]?.string.flatMap { try? StrictJSON.parse(Array($0.utf8)) }
            }
            after = page.next
        } while after != nil
        return documents
    }

    /// Checks every link of the chain, and that its end is where the subject says.
    ///
    /// - Returns: the number of entries if all hold.
    package func verify(in store: any TableStore) async throws(TableStoreError) -> AuditVerdict {
        guard let item = try await store.get(subject.headKey, from: subject.table) else {
            return .broken(sequence: 0, reason: "the subject is missing")
        }
        var head = AuditHead.genesis
        for document in try await stored(in: store) {
            let expected = head.sequence + 1
            guard let document else {
                return .broken(sequence: expected, reason: "the entry cannot be read")
            }
            guard let entry = AuditEntry(verifying: document, subject: subject) else {
                return .broken(sequence: expected, reason: "the hash does not cover the entry")
            }
            guard entry.sequence == expected else {
                return .broken(sequence: expected, reason: "the entry is missing or out of order")
            }
            guard entry.previous == head.hash else {
                return .broken(sequence: expected, reason: "the link to the entry before is broken")
            }
            head = AuditHead(sequence: entry.sequence, hash: entry.hash)
        }
        guard head == Self.head(of: item) else {
            return .broken(sequence: head.sequence + 1, reason: "the end of the chain is missing")
        }
        return .holds(entries: head.sequence)
    }
}

/// What a check of an audit trail found.
package enum AuditVerdict: Sendable, Hashable {
    /// Every link holds.
    case holds(entries: Int64)
    /// The first link that does not hold, and why.
    case broken(sequence: Int64, reason: String)
}
