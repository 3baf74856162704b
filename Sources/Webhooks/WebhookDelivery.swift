package import Records
package import StrictJSON
package import TableStore

/// One message on its way to one endpoint: a row of the outbox.
///
/// The row's place in the queue is its lease, too: to claim a delivery is to move its due time to
/// the lease's end under a new token, so what a crashed worker held falls due again by itself.
package struct WebhookDelivery: Sendable, Hashable {
    /// Where a delivery stands.
    package enum State: String, Sendable, CaseIterable {
        /// Waits for its time, or is being sent under a lease.
        case pending
        /// The receiver answered 200 to 299.
        case delivered
        /// All attempts were used up; `ttsr outbox redrive` sends it again.
        case dead
        /// Its endpoint is disabled; it is kept until the endpoint is enabled.
        case parked
        /// Its endpoint was removed.
        case cancelled
    }

    /// `dlv_...`.
    package let id: String
    package let tenant: String
    package let endpointID: String
    /// `evt_...`: the `webhook-id`, the same on every attempt and in the body.
    package let messageID: String
    /// Such as `risk.scored`.
    package let eventType: String
    /// The bytes that are signed and sent, as text.
    package let body: String
    /// Whose audit trail tells of the attempts.
    package let subject: AuditSubject
    package let createdAtMs: Int64
    package var state: State
    /// Milliseconds since 1970: when it is due, or when its lease ends.
    package var dueAtMs: Int64
    /// Attempts so far.
    package var attempts: Int64
    /// The token of whoever may finish it now; empty if nobody.
    package var lease: String
    /// Why the last attempt failed: an HTTP status or a class such as `timeout`; empty if none did.
    package var lastFailure: String

    /// Makes a new delivery, due at once.
    package init(
        id: String, message: WebhookMessage, endpoint: WebhookEndpoint, subject: AuditSubject,
        createdAtMs: Int64
    ) {
        self.id = id
        tenant = endpoint.tenant
        endpointID = endpoint.id
        messageID = message.id
        eventType = message.type
        body = message.body
        self.subject = subject
        self.createdAtMs = createdAtMs
        state = .pending
        dueAtMs = createdAtMs
        attempts = 0
        lease = ""
        lastFailure = ""
    }

    /// The item as it is stored. Only a delivery that waits, is dead or is parked is in the index.
    package var item: Item {
        var item: Item = [
            "delivery_id": .string(id), "tenant": .string(tenant),
            "endpoint_id": .string(endpointID), "message_id": .string(messageID),
            "event_type": .string(eventType), "body": .string(body),
            "subject": .string(subject.name), "created_at": .number(createdAtMs),
            "state": .string(state.rawValue), "attempts": .number(attempts),
            "lease": .string(lease), "last_failure": .string(lastFailure),
            "due_at": .number(dueAtMs),
        ]
        if state != .delivered && state != .cancelled { item["queue"] = .string(state.rawValue) }
        return item
    }

    /// Reads a stored item; nil if it is not a delivery.
    package init?(item: Item) {
        guard let id = item["delivery_id"]?.string, let tenant = item["tenant"]?.string,
            let endpointID = item["endpoint_id"]?.string,
            let messageID = item["message_id"]?.string,
            let eventType = item["event_type"]?.string, let body = item["body"]?.string,
            let subject = item["subject"]?.string.flatMap(AuditSubject.init(name:)),
            let createdAtMs = item["created_at"]?.number,
            let state = item["state"]?.string.flatMap(State.init(rawValue:)),
            let dueAtMs = item["due_at"]?.number
        else { return nil }
        self.id = id
        self.tenant = tenant
        self.endpointID = endpointID
        self.messageID = messageID
        self.eventType = eventType
        self.body = body
        self.subject = subject
        self.createdAtMs = createdAtMs
        self.state = state
        self.dueAtMs = dueAtMs
        attempts = item["attempts"]?.number ?? 0
        lease = item["lease"]?.string ?? ""
        lastFailure = item["last_failure"]?.string ?? ""
    }
}

/// What subscribers are told: one body for all of them.
package struct WebhookMessage: Sendable, Hashable {
    /// `evt_...`.
    package let id: String
    /// Such as `risk.scored`.
    package let type: String
    /// `{"id", "type", "created_at", "data"}`, as text.
    package let body: String

    /// Writes a message.
    package init(id: String, type: String, createdAtMs: Int64, data: JSONValue) {
        self.id = id
        self.type = type
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.member("id", id)
        writer.member("type", type)
        writer.member("created_at", Timestamp.text(createdAtMs))
        writer.member("data", data)
        writer.endObject()
        body = String(decoding: writer.bytes, as: UTF8.self)
    }
}
