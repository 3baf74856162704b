/// What a client may do.
package enum Scope: String, Sendable, CaseIterable {
    /// POST /v1/score.
    case scoreWrite = "score:write"
    /// GET /v1/events/{id}.
    case eventsRead = "events:read"
    /// POST /v1/webhooks/test.
    case webhooksWrite = "webhooks:write"
}
