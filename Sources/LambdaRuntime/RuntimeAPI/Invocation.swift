/// One event as the Runtime API hands it over.
struct Invocation {
    let requestID: String
    /// Unix time in milliseconds; 0 when the platform gave none.
    let deadlineMs: Int64
    let functionARN: String
    let traceID: String?
    let clientContext: String?
    let identity: String?
    let tenantID: String?
    let payload: [UInt8]
}
