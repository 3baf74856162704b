import Records
import TTSR
import TableStore

/// `ttsr audit verify`
enum AuditCommand {
    static func verify(_ arguments: inout Arguments) async throws {
        let location = try arguments.storeLocation()
        let id = try arguments.value("--event")
        let tenant = try arguments.tenant()
        try arguments.finish()
        let store = try location.open()
        var tally = Tally()
        if let id {
            try await tally.check(.event(tenant: tenant, id: id), in: store)
        } else {
            for table in [ServiceTables.events.name, "webhook_endpoints"] {
                try await tally.check(table: table, in: store)
            }
        }
        Output.line("verified \(tally.trails) trails, \(tally.entries) entries: every link holds")
    }
}

/// How much has been verified.
private struct Tally {
    var trails = 0
    var entries: Int64 = 0

    /// Checks the trail of every subject in a table; entries whose subject is gone have no head.
    mutating func check(table: String, in store: any TableStore) async throws {
        var after: Item?
        repeat {
            let page = try await store.scan(table, limit: 500, after: after)
            for item in page.items {
                if let subject = AuditSubject(item: item) { try await check(subject, in: store) }
            }
            after = page.next
        } while after != nil
    }

    mutating func check(_ subject: AuditSubject, in store: any TableStore) async throws {
        switch try await AuditTrail(subject).verify(in: store) {
        case .holds(let count):
            trails += 1
            entries += count
        case .broken(let sequence, let reason):
            throw CommandFailure("\(subject.name): entry \(sequence): \(reason)")
        }
    }
}

extension AuditSubject {
    /// The subject that an item is, or nil if it is an audit entry.
    fileprivate init?(item: Item) {
        guard let tenant = item["tenant"]?.string else { return nil }
        if let id = item["event_id"]?.string, item["entry"] == "event" {
            self = .event(tenant: tenant, id: id)
        } else if let id = item["endpoint_id"]?.string {
            self = .endpoint(tenant: tenant, id: id)
        } else {
            return nil
        }
    }
}
