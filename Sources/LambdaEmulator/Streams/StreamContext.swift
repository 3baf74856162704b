internal import StrictJSON
internal import TableStore

/// What all stream sources of an emulator share.
struct StreamContext: Sendable {
    /// Where the bookmarks are.
    let directory: String
    let clock: VirtualClock
    /// The clock that writers of records go by.
    let machine: EmulatorClock
    let loop: EventLoop
    let log: EmulatorLog
    var policy = StreamPolicy()
    let invoker: Invoker
    let activity: Activity
    let fired: FiredEvents
    let queues: QueueService

    var region: String { queues.context.region }

    func streamARN(_ stream: StreamDefinition) -> String {
        "arn:aws:dynamodb:\(region):\(queues.context.accountID):table/\(stream.table)/stream/local"
    }
}

/// The record of a batch that was given up, as Lambda sends it to an on-failure destination.
///
/// Source: "Retain discarded records with an on-failure destination" of the AWS Lambda developer
/// guide.
struct StreamDiscard {
    enum Condition: String {
        case retriesExhausted = "RetryAttemptsExhausted"
        case ageExceeded = "RecordAgeExceeded"
    }

    let condition: Condition
    let requestID: String
    let functionARN: String
    let streamARN: String
    let timeMs: Int64

    /// Tells where the records are in the stream, not what is in them, as on AWS.
    func bytes(of run: StreamBacklog.Run) -> [UInt8] {
        var writer = JSONWriter(reserving: 768)
        writer.beginObject()
        writer.name("requestContext")
        writer.beginObject()
        writer.member("requestId", requestID)
        writer.member("functionArn", functionARN)
        writer.member("condition", condition.rawValue)
        writer.member("approximateInvokeCount", Int64(run.failures))
        writer.endObject()
        if run.failures > 0 {
            writer.name("responseContext")
            writer.beginObject()
            writer.member("statusCode", 200)
            writer.member("executedVersion", "$LATEST")
            writer.member("functionError", "Unhandled")
            writer.endObject()
        }
        writer.member("version", "1.0")
        writer.member("timestamp", CivilTime.iso8601(unixMs: timeMs))
        writer.name("DDBStreamBatchInfo")
        writer.beginObject()
        writer.member("shardId", "shardId-00000000000000000000-00000000")
        writer.member("startSequenceNumber", String(run.records.first?.sequence ?? 0))
        writer.member("endSequenceNumber", String(run.records.last?.sequence ?? 0))
        writer.member("approximateArrivalOfFirstRecord", Self.time(run.records.first))
        writer.member("approximateArrivalOfLastRecord", Self.time(run.records.last))
        writer.member("batchSize", Int64(run.records.count))
        writer.member("streamArn", streamARN)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private static func time(_ record: ChangeRecord?) -> String {
        CivilTime(unixSeconds: (record?.atMs ?? 0) / 1_000).iso8601
    }
}
