import StrictJSON

/// Which records of a batch failed; the others are done with.
///
/// Needs `FunctionResponseTypes: [ReportBatchItemFailures]` on the event source. For a queue the
/// identifier is the message id, for a stream the sequence number; a stream goes on from the
/// lowest one.
public struct BatchResponse: LambdaOutput, Sendable, Hashable {
    /// Identifiers of the failed records; empty when all went well.
    public var failedItemIdentifiers: [String]

    /// Makes an answer.
    public init(failedItemIdentifiers: [String] = []) {
        self.failedItemIdentifiers = failedItemIdentifiers
    }

    /// `{"batchItemFailures": [{"itemIdentifier": …}]}`
    public func lambdaPayload() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("batchItemFailures")
        writer.beginArray()
        for identifier in failedItemIdentifiers {
            writer.beginObject()
            writer.member("itemIdentifier", identifier)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
