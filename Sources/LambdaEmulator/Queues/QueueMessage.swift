/// A message on its way into a queue.
struct NewMessage: Sendable {
    /// A UUID.
    let messageID: String
    /// UTF-8.
    let body: [UInt8]
    /// JSON as in the API's `MessageAttributes`; nil without any.
    var attributes: [UInt8]?
    /// Of a FIFO queue.
    var groupID: String?
    var deduplicationID: String?
    /// X-Ray's trace header, the one system attribute that can be sent.
    var traceHeader: String?
    let sentMs: Int64
    /// When it can be received first.
    let visibleMs: Int64
}
