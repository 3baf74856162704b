/// Who makes a request, as its access token and its client's record say.
package struct Principal: Sendable, Hashable {
    package let clientID: String
    package let tenant: String
    package let scopes: Set<Scope>
    /// Requests a minute.
    package let rateLimit: Int64

    package init(clientID: String, tenant: String, scopes: Set<Scope>, rateLimit: Int64) {
        self.clientID = clientID
        self.tenant = tenant
        self.scopes = scopes
        self.rateLimit = rateLimit
    }

    /// Its name in an audit trail.
    package var actor: String { "client:\(clientID)" }
}
