import Records
package import TableStore

/// Reads an event with its audit trail.
package enum ReadEvent {
    /// The event's document as JSON text, or nil if the tenant has no such event.
    ///
    /// - Parameters:
    ///   - id: of the form that ``EventID`` says.
    ///   - tenant: whose event.
    package static func document(
        id: String, tenant: String, in store: any TableStore
    ) async throws(TableStoreError) -> String? {
        let subject = AuditSubject.event(tenant: tenant, id: id)
        guard let item = try await store.get(subject.headKey, from: subject.table) else {
            return nil
        }
        guard let event = EventRecord(item: item) else { throw .corrupt }
        let trail = try await AuditTrail(subject).documents(in: store)
        try await store.flush()
        return event.document(trail: trail)
    }
}
