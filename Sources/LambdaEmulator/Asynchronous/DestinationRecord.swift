internal import StrictJSON

/// The record of an asynchronous event's end, as Lambda sends it to a destination.
///
/// Source: "Capturing records of Lambda asynchronous invocations" of the AWS Lambda developer
/// guide.
struct DestinationRecord {
    enum Condition {
        case success
        case failure(EndCondition)

        fileprivate var name: String {
            switch self {
            case .success: "Success"
            case .failure(let condition): condition.rawValue
            }
        }
    }

    let condition: Condition
    let requestID: String
    /// With its version.
    let functionARN: String
    let invokeCount: Int
    let timeMs: Int64

    /// - Parameters:
    ///   - event: JSON.
    ///   - result: The last attempt; nil when the function was not run at all.
    func bytes(event: [UInt8], result: InvocationResult?) -> [UInt8] {
        var writer = JSONWriter(reserving: 512 + event.count + (result?.payload.count ?? 0))
        writer.beginObject()
        writer.member("version", "1.0")
        writer.member("timestamp", CivilTime.iso8601(unixMs: timeMs))
        writer.name("requestContext")
        writer.beginObject()
        writer.member("requestId", requestID)
        writer.member("functionArn", functionARN)
        writer.member("condition", condition.name)
        writer.member("approximateInvokeCount", Int64(invokeCount))
        writer.endObject()
        writer.name("requestPayload")
        Self.append(event, to: &writer)
        if let result { append(result, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    private func append(_ result: InvocationResult, to writer: inout JSONWriter) {
        writer.name("responseContext")
        writer.beginObject()
        writer.member("statusCode", 200)
        writer.member("executedVersion", "$LATEST")
        if result.failure != nil { writer.member("functionError", "Unhandled") }
        writer.endObject()
        writer.name("responsePayload")
        Self.append(result.payload, to: &writer)
    }

    /// JSON as it is; anything else, as a streamed answer may be, as a text.
    private static func append(_ payload: [UInt8], to writer: inout JSONWriter) {
        let limits = JSONLimits(bytesMax: payload.count, depthMax: JSONLimits.depthCeiling)
        do {
            _ = try StrictJSON.parse(payload, limits: limits)
            writer.rawValue(payload)
        } catch {
            if error.code == .duplicateName { return writer.rawValue(payload) }
            payload.isEmpty
                ? writer.null() : writer.string(String(decoding: payload, as: UTF8.self))
        }
    }

    /// The message attributes of an event in a dead-letter queue.
    ///
    /// - Parameter wasRun: False when the function never was: AWS's code for it is 429.
    static func deadLetterAttributes(
        requestID: String, _ error: EventError, wasRun: Bool
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        for (name, type, value) in [
            ("RequestID", "String", requestID), ("ErrorCode", "Number", wasRun ? "200" : "429"),
            ("ErrorMessage", "String", error.message),
        ] where !value.isEmpty {
            writer.name(name)
            writer.beginObject()
            writer.member("DataType", type)
            writer.member("StringValue", value)
            writer.endObject()
        }
        writer.endObject()
        return writer.bytes
    }
}
