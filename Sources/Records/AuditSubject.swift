package import TableStore

/// What an audit trail tells of: each subject has a chain of its own, so that two subjects never
/// wait for one another.
package enum AuditSubject: Sendable, Hashable {
    /// A scored event.
    case event(tenant: String, id: String)
    /// A webhook endpoint.
    case endpoint(tenant: String, id: String)

    /// The table that holds the subject and its entries.
    package var table: String {
        switch self {
        case .event: "events"
        case .endpoint: "webhook_endpoints"
        }
    }

    /// The subject's name within the chain: part of what each entry's hash covers.
    package var name: String {
        switch self {
        case .event(let tenant, let id): "event:\(tenant)/\(id)"
        case .endpoint(let tenant, let id): "endpoint:\(tenant)/\(id)"
        }
    }

    /// The item that carries the head of the chain: the subject itself.
    package var headKey: TableKey {
        switch self {
        case .event(let tenant, let id):
            ["event": .string("\(tenant)/\(id)"), "entry": "event"]
        case .endpoint(let tenant, let id):
            ["tenant": .string(tenant), "entry": .string("endpoint#\(id)")]
        }
    }

    /// The key of one entry.
    ///
    /// - Parameter sequence: from 1.
    package func entryKey(_ sequence: Int64) -> TableKey {
        var key = headKey
        let digits = String(sequence)
        key["entry"] = .string(
            entryPrefix + String(repeating: "0", count: 10 - digits.count) + digits)
        return key
    }

    /// What the sort key of every entry begins with.
    package var entryPrefix: String {
        switch self {
        case .event: "audit#"
        case .endpoint(_, let id): "audit#\(id)#"
        }
    }

    /// The partition that holds the subject and its entries.
    package var partition: AttributeValue {
        switch self {
        case .event(let tenant, let id): .string("\(tenant)/\(id)")
        case .endpoint(let tenant, _): .string(tenant)
        }
    }

    /// Reads a subject back from the text that ``name`` gives, or nil.
    package init?(name: String) {
        guard let colon = name.firstIndex(of: ":"),
            let slash = name[colon...].firstIndex(of: "/")
        else { return nil }
        let tenant = String(name[name.index(after: colon)..<slash])
        let id = String(name[name.index(after: slash)...])
        switch name[..<colon] {
        case "event": self = .event(tenant: tenant, id: id)
        case "endpoint": self = .endpoint(tenant: tenant, id: id)
        default: return nil
        }
    }
}
