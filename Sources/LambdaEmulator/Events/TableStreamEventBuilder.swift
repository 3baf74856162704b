internal import StrictJSON
internal import TableStore

/// Writes the event of a DynamoDB stream, view type NEW_AND_OLD_IMAGES.
///
/// Source: "Process DynamoDB records with Lambda" of the AWS Lambda developer guide.
enum TableStreamEventBuilder {
    static func make(
        _ records: some Collection<ChangeRecord>, streamARN: String, region: String
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 512 * max(1, records.count))
        writer.beginObject()
        writer.name("Records")
        writer.beginArray()
        for record in records { append(record, streamARN, region, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func append(
        _ record: ChangeRecord, _ streamARN: String, _ region: String, to writer: inout JSONWriter
    ) {
        let digits = String(record.sequence, radix: 16)
        writer.beginObject()
        writer.member("eventID", String(repeating: "0", count: 32 - digits.count) + digits)
        writer.member("eventName", record.kind.rawValue.uppercased())
        writer.member("eventVersion", "1.1")
        writer.member("eventSource", "aws:dynamodb")
        writer.member("awsRegion", region)
        writer.name("dynamodb")
        writer.beginObject()
        writer.member("ApproximateCreationDateTime", record.atMs / 1_000)
        writer.member("Keys", AttributeValue.dynamoDBJSON(record.keys))
        let before = writer.bytes.count
        if let image = record.newImage {
            writer.member("NewImage", AttributeValue.dynamoDBJSON(image))
        }
        if let image = record.oldImage {
            writer.member("OldImage", AttributeValue.dynamoDBJSON(image))
        }
        let imageBytes = Int64(writer.bytes.count - before)
        // DynamoDB's sequence numbers are texts that sort as numbers.
        writer.member("SequenceNumber", String(record.sequence))
        writer.member("SizeBytes", imageBytes)
        writer.member("StreamViewType", "NEW_AND_OLD_IMAGES")
        writer.endObject()
        writer.member("eventSourceARN", streamARN)
        writer.endObject()
    }
}

extension ChangeRecord {
    /// What filters see of it: the event's record without the parts that are the same in all.
    ///
    /// - Parameter hasImages: False leaves the images out, for filters that do not look at them.
    func filterValue(hasImages: Bool) -> JSONValue {
        let name = JSONMember("eventName", .string(kind.rawValue.uppercased()))
        guard hasImages else { return .object([name]) }
        var images = [JSONMember("Keys", AttributeValue.dynamoDBJSON(keys))]
        if let newImage {
            images.append(JSONMember("NewImage", AttributeValue.dynamoDBJSON(newImage)))
        }
        if let oldImage {
            images.append(JSONMember("OldImage", AttributeValue.dynamoDBJSON(oldImage)))
        }
        return .object([
            name, JSONMember("eventSource", "aws:dynamodb"),
            JSONMember("dynamodb", .object(images)),
        ])
    }
}
