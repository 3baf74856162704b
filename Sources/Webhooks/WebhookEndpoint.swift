package import Records
package import TableStore

/// A subscriber: where to, which types of event, and the secrets that sign.
package struct WebhookEndpoint: Sendable, Hashable {
    /// Whether deliveries are sent.
    package enum State: String, Sendable {
        /// Deliveries are sent.
        case enabled
        /// The receiver said 410 Gone, or an operator disabled it: deliveries are parked.
        case disabled
    }

    /// `ep_...`.
    package let id: String
    package let tenant: String
    /// The address that deliveries are posted to.
    package let url: WebhookURL
    /// The types subscribed to, such as `risk.scored`.
    package let eventTypes: [String]
    /// Live secrets, the newest first: one, or two during a rotation.
    package let secrets: [WebhookSecret]
    package var state: State
    /// Milliseconds since 1970 until which nothing is sent, as the receiver asked by Retry-After.
    package var pausedUntilMs: Int64
    package let createdAtMs: Int64

    /// Makes a new, enabled endpoint.
    package init(
        id: String, tenant: String, url: WebhookURL, eventTypes: [String],
        secrets: [WebhookSecret], createdAtMs: Int64
    ) {
        self.id = id
        self.tenant = tenant
        self.url = url
        self.eventTypes = eventTypes
        self.secrets = secrets
        self.createdAtMs = createdAtMs
        state = .enabled
        pausedUntilMs = 0
    }

    /// Its audit trail.
    package var subject: AuditSubject { .endpoint(tenant: tenant, id: id) }

    /// The item as it is stored, without the audit head.
    package var item: Item {
        var item = subject.headKey
        item["endpoint_id"] = .string(id)
        item["url"] = .string(url.text)
        item["event_types"] = .list(eventTypes.map { .string($0) })
        item["secrets"] = .list(secrets.map { .string($0.text) })
        item["state"] = .string(state.rawValue)
        item["paused_until"] = .number(pausedUntilMs)
        item["created_at"] = .number(createdAtMs)
        return item
    }

    /// Reads a stored item; nil if it is not an endpoint.
    package init?(item: Item) {
        guard let id = item["endpoint_id"]?.string, let tenant = item["tenant"]?.string,
            let text = item["url"]?.string, let url = WebhookURL(text: text),
            case .list(let types)? = item["event_types"],
            case .list(let secrets)? = item["secrets"],
            let state = item["state"]?.string.flatMap(State.init(rawValue:)),
            let createdAtMs = item["created_at"]?.number
        else { return nil }
        let readable = secrets.compactMap { $0.string.flatMap(WebhookSecret.init(text:)) }
        // Without a secret a request would go out unsigned.
        guard readable.count == secrets.count, !readable.isEmpty else { return nil }
        self.id = id
        self.tenant = tenant
        self.url = url
        eventTypes = types.compactMap(\.string)
        self.secrets = readable
        self.state = state
        pausedUntilMs = item["paused_until"]?.number ?? 0
        self.createdAtMs = createdAtMs
    }
}
